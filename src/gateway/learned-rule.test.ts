import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { learnRule } from './learned-rule.ts'

const REQUEST = { fields: new Set(['temperature', 'topK', 'maxOutputTokens', 'stop']) }

const refusal = (parameter: string | null, providerMessage: string, more: object = {}) =>
  new AppError('unsupported-parameter', providerMessage, {
    details: { provider: 'p', model: 'm', parameter, providerMessage, ...more },
  })

test.each([
  ['temperature', "Unsupported value: 'temperature'", { drop: ['temperature'] }],
  ['generation_config.top_k', 'no', { drop: ['topK'] }],
  [
    'max_tokens',
    "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    { rename: { max_tokens: 'max_completion_tokens' } },
  ],
  [
    'reasoning_effort',
    "Function tools with reasoning_effort are not supported for x in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.",
    { toolsNeedEffort: 'none' },
  ],
])('%s: what was refused becomes a rule', (field, message, rules) => {
  expect(learnRule(refusal(field, message), REQUEST)).toEqual({
    provider: 'p',
    model: 'm',
    field,
    rules,
    evidence: message,
  })
})

test.each([
  ['no field is named', refusal(null, 'no')],
  ['a field that cannot be left out', refusal('messages', 'no')],
  ['a field that the request did not have', refusal('top_p', 'no')],
  ['a cap that is too high', refusal('max_tokens', 'max_tokens is too large', { reason: 'output-cap' })],
  [
    'another failure',
    new AppError('provider-error', 'no', { details: { provider: 'p', model: 'm', parameter: 'stop' } }),
  ],
])('nothing is learned: %s', (_name, error) => expect(learnRule(error, REQUEST)).toBeNull())

test('of a transcription, a refused form of the answer is a refusal of times', () => {
  const heard = { fields: new Set(['language', 'timestamps']) }
  expect(learnRule(refusal('response_format', 'no'), heard)?.rules).toEqual({ drop: ['timestamps'] })
})

test('what was passed on to this provider is blamed before our own field', () => {
  const options = { min_p: 0.1, temperature: 1 }
  expect(learnRule(refusal('min_p', 'no'), { ...REQUEST, options })?.rules).toEqual({ drop: ['providerOptions.min_p'] })
  expect(learnRule(refusal('temperature', 'no'), { ...REQUEST, options })?.rules).toEqual({
    drop: ['providerOptions.temperature'],
  })
  expect(learnRule(refusal('constructor', 'no'), { ...REQUEST, options })).toBeNull()
})
