import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { learnRule, withoutParameter } from './learned-rule.ts'
import type { ChatRequest } from './types.ts'

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
  expect(learnRule(refusal(field, message))).toEqual({ provider: 'p', model: 'm', field, rules, message })
})

test.each([
  ['no field is named', refusal(null, 'no')],
  ['a field that cannot be left out', refusal('messages', 'no')],
  ['a cap that is too high', refusal('max_tokens', 'max_tokens is too large', { reason: 'output-cap' })],
  [
    'another failure',
    new AppError('provider-error', 'no', { details: { provider: 'p', model: 'm', parameter: 'stop' } }),
  ],
])('nothing is learned: %s', (_name, error) => expect(learnRule(error)).toBeNull())

const REQUEST: ChatRequest = {
  model: 'm',
  messages: [],
  temperature: 1,
  stop: ['x'],
  providerOptions: { p: { min_p: 0.1, top_p: 0.5 }, q: { min_p: 0.2 } },
}

test('a field is taken out by either name, nothing else with it', () => {
  const { temperature: _temperature, ...rest } = REQUEST
  expect(withoutParameter(REQUEST, 'temperature')).toEqual(rest)
  expect(withoutParameter(REQUEST, 'stop_sequences')).not.toHaveProperty('stop')
})

test('also out of the options of the provider that refused it, of no other', () => {
  expect(withoutParameter(REQUEST, 'min_p', 'p')?.providerOptions).toEqual({ p: { top_p: 0.5 }, q: { min_p: 0.2 } })
})

test('what is not there, or has to be there, gives null, so that nobody asks the same again', () => {
  for (const field of ['top_p', 'messages', 'model', 'unknown', '']) expect(withoutParameter(REQUEST, field)).toBeNull()
})
