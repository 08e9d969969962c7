/** What a refusal teaches: applied to the second try, kept for every later one. */
import { expect, test } from 'vitest'
import { createFakeClock } from '../lib/fake-clock.ts'
import type { AppError } from '../errors.ts'
import { createCatalog } from './catalog/catalog.ts'
import { createLearnedRules, type LearnedRule } from './catalog/learned-rules.ts'
import { createGateway } from './gateway.ts'
import { createScriptedCaller, row, type LoggedCall, type Step } from './testing/scripted-caller.ts'
import type { ChatRequest } from './types/requests.ts'

const A = row('alpha/big', { capabilities: ['stream', 'json', 'tools', 'reasoning'] })
const ASK: ChatRequest = {
  model: 'alpha/big',
  messages: [{ role: 'user', content: 'Say something.' }],
  maxOutputTokens: 500,
}
const TOOLS = [{ name: 'look_up', parameters: { type: 'object' } }]

const setUp = (script: (call: LoggedCall, nth: number) => Step, known: readonly LearnedRule[] = []) => {
  const caller = createScriptedCaller((_model, nth, call) => script(call, nth))
  const kept: LearnedRule[] = []
  const learned = createLearnedRules(known, (rule) => kept.push(rule))
  const gateway = createGateway({
    caller,
    catalog: createCatalog([A]),
    credentials: () => ({ baseUrl: 'http://127.0.0.1', needsCredential: false, credentials: [] }),
    clock: createFakeClock(1_000),
    learned,
  })
  return { caller, kept, gateway, learned }
}

const refusal = (parameter: string, message: string, more: object = {}): Step => ({
  fail: 'unsupported-parameter',
  message,
  details: { provider: 'alpha', model: 'big', parameter, providerMessage: message, ...more },
})

test('a field that has another name is sent under that name, at once and from then on', async () => {
  const { gateway, caller, kept } = setUp(({ rules }) =>
    rules.rename?.['max_tokens'] === 'max_completion_tokens'
      ? { text: 'ok' }
      : refusal('max_tokens', "'max_tokens' is not supported. Use 'max_completion_tokens' instead."),
  )
  const answer = await gateway.chat(ASK)
  expect(answer.notes.find(({ kind }) => kind === 'parameter-learned')).toMatchObject({ field: 'max_tokens' })
  await gateway.chat(ASK)
  expect(caller.calls).toHaveLength(3)
  expect(caller.calls.map(({ request }) => request.maxOutputTokens)).toEqual([500, 500, 500])
  expect(kept).toEqual([
    {
      provider: 'alpha',
      model: 'big',
      field: 'max_tokens',
      rules: { rename: { max_tokens: 'max_completion_tokens' } },
      evidence: "'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
      learnedAtMs: 1_000,
    },
  ])
})

test('tools that need an effort get it', async () => {
  const { gateway, caller } = setUp(({ rules }) =>
    rules.toolsNeedEffort === 'none'
      ? { text: 'ok' }
      : refusal(
          'reasoning_effort',
          "Function tools with reasoning_effort are not supported here. Use /v1/responses or set reasoning_effort to 'none'.",
        ),
  )
  await gateway.chat({ ...ASK, tools: TOOLS })
  expect(caller.calls).toHaveLength(2)
})

test('an option of the provider’s own is left out, and nothing else of them', async () => {
  const { gateway, kept } = setUp(({ rules }) =>
    rules.drop?.includes('providerOptions.min_p') ? { text: 'ok' } : refusal('min_p', 'no such field: min_p'),
  )
  await gateway.chat({ ...ASK, providerOptions: { alpha: { min_p: 0.1 } } })
  expect(kept.map(({ rules }) => rules)).toEqual([{ drop: ['providerOptions.min_p'] }])
})

test('a cap that is too high teaches nothing about fields', async () => {
  const { gateway, kept, caller } = setUp(() =>
    refusal('max_tokens', 'max_tokens is too large', { reason: 'output-cap' }),
  )
  await expect(gateway.chat(ASK)).rejects.toMatchObject({ code: 'unsupported-parameter' })
  expect(kept).toEqual([])
  expect(caller.calls).toHaveLength(1)
})

test('a cap that is too high is lowered to the limit that the refusal names, and the model’s row corrected', async () => {
  const corrected: unknown[] = []
  const caller = createScriptedCaller((_model, _nth, { request }) =>
    (request.maxOutputTokens ?? 0) > 2_000
      ? refusal('max_tokens', 'max_tokens is too large: 3500. This model supports at most 2000 completion tokens.', {
          reason: 'output-cap',
          outputLimit: 2_000,
        })
      : { text: 'ok' },
  )
  const gateway = createGateway({
    caller,
    catalog: createCatalog([A], (_row, correction) => corrected.push(correction)),
    credentials: () => ({ baseUrl: 'http://127.0.0.1', needsCredential: false, credentials: [] }),
    clock: createFakeClock(0),
  })
  await gateway.chat({ ...ASK, maxOutputTokens: 3_500 })
  expect(caller.calls.map(({ request }) => request.maxOutputTokens)).toEqual([3_500, 2_000])
  expect(corrected).toEqual([{ maxOutputTokens: 2_000 }])
})

test('who refuses the same after the lesson is not asked a third time, and nothing is remembered', async () => {
  const { gateway, caller, kept, learned } = setUp(() => refusal('temperature', 'no temperature'))
  const error = await gateway.chat({ ...ASK, temperature: 1 }).catch((thrown: unknown) => thrown)
  expect((error as AppError).code).toBe('unsupported-parameter')
  expect(caller.calls).toHaveLength(2)
  expect(kept).toEqual([])
  expect(learned.list()).toEqual([])
})

test('a rule is learned when the model took the request without the field, not before', async () => {
  const { gateway, kept } = setUp(({ rules }, nth) => {
    if (!rules.drop?.includes('temperature')) return refusal('temperature', 'no temperature')
    return nth < 3 ? { fail: 'provider-malformed' } : { text: 'ok' }
  })
  const ask = { ...ASK, temperature: 1 }
  await expect(gateway.chat(ask)).rejects.toMatchObject({ code: 'unsupported-parameter' })
  expect(kept).toEqual([])
  const answer = await gateway.chat(ask)
  expect(answer.attempts.map(({ errorCode }) => errorCode)).toEqual(['unsupported-parameter', null])
  expect(kept.map(({ field }) => field)).toEqual(['temperature'])
})

test('fields that are refused one after the other are left out one after the other, three at most', async () => {
  const refuseAll = (fields: readonly (readonly [wire: string, own: string])[]) =>
    setUp(({ rules }) => {
      const next = fields.find(([, own]) => !rules.drop?.includes(own))
      return next === undefined ? { text: 'ok' } : refusal(next[0], `no ${next[0]}`)
    })
  const ask = { ...ASK, temperature: 1, topP: 0.5, seed: 1, stop: ['x'] }
  const three = refuseAll([
    ['temperature', 'temperature'],
    ['top_p', 'topP'],
    ['seed', 'seed'],
  ])
  expect((await three.gateway.chat(ask)).text).toBe('ok')
  expect(three.kept.map(({ field }) => field)).toEqual(['temperature', 'top_p', 'seed'])
  const four = refuseAll([
    ['temperature', 'temperature'],
    ['top_p', 'topP'],
    ['seed', 'seed'],
    ['stop', 'stop'],
  ])
  await expect(four.gateway.chat(ask)).rejects.toMatchObject({ code: 'unsupported-parameter' })
  expect(four.caller.calls).toHaveLength(4)
  expect(four.kept).toEqual([])
})

test('a rule that was unlearned is tried again, and learned again when it is still true', async () => {
  const { gateway, caller, kept, learned } = setUp(({ rules }) =>
    rules.drop?.includes('temperature') ? { text: 'ok' } : refusal('temperature', 'no temperature'),
  )
  await gateway.chat({ ...ASK, temperature: 1 })
  expect(learned.forget({ provider: 'alpha', model: 'big', field: 'temperature' })).toBe(true)
  expect(learned.forget({ provider: 'alpha', model: 'big', field: 'temperature' })).toBe(false)
  await gateway.chat({ ...ASK, temperature: 1 })
  expect(caller.calls).toHaveLength(4)
  expect(kept).toHaveLength(2)
})

test('what is known from before is applied to the first call; a caller who wants no change is refused', async () => {
  const known: LearnedRule = {
    provider: 'alpha',
    model: 'big',
    field: 'temperature',
    rules: { drop: ['temperature'] },
    evidence: 'said so',
    learnedAtMs: 1,
  }
  const { gateway, caller, learned } = setUp(() => ({ text: 'ok' }), [known])
  await gateway.chat({ ...ASK, temperature: 1 })
  expect(caller.calls[0]?.rules.drop).toEqual(['temperature'])
  expect(learned.list()).toEqual([known])
  await expect(gateway.chat({ ...ASK, temperature: 1 }, { parameterPolicy: 'refuse' })).rejects.toMatchObject({
    code: 'unsupported-parameter',
  })
  expect(caller.calls).toHaveLength(1)
})

test('a second lesson about the same field adds to the first', () => {
  const kept: LearnedRule[] = []
  const learned = createLearnedRules([], (rule) => kept.push(rule))
  const base = { provider: 'alpha', model: 'big', field: 'max_tokens', evidence: '', learnedAtMs: 1 }
  learned.learn({ ...base, rules: { rename: { max_tokens: 'max_completion_tokens' } } })
  learned.learn({ ...base, rules: { drop: ['maxOutputTokens'] } })
  learned.learn({ ...base, rules: { drop: ['maxOutputTokens'] } })
  expect(kept).toHaveLength(2)
  expect(learned.withLearned(A).rules).toEqual({
    rename: { max_tokens: 'max_completion_tokens' },
    drop: ['maxOutputTokens'],
  })
})

test('a transcription leaves out what was learned, and says so', async () => {
  const ear = row('alpha/ear', { operations: ['transcribe'], inputModalities: ['audio'] })
  let refused = 0
  const caller = createScriptedCaller((_model, nth) => {
    if (nth > 0) return { text: 'heard' }
    refused += 1
    return {
      fail: 'unsupported-parameter',
      message: 'no language',
      details: { provider: 'alpha', model: 'ear', parameter: 'language', providerMessage: 'no language' },
    }
  })
  const gateway = createGateway({
    caller,
    catalog: createCatalog([ear]),
    credentials: () => ({ baseUrl: 'http://127.0.0.1', needsCredential: false, credentials: [] }),
    clock: createFakeClock(0),
  })
  const ask = {
    model: 'alpha/ear',
    audio: new Uint8Array(10),
    fileName: 'a.wav',
    mediaType: 'audio/wav',
    language: 'tr',
  }
  expect((await gateway.transcribe(ask)).text).toBe('heard')
  const again = await gateway.transcribe(ask)
  expect(again.notes).toContainEqual(expect.objectContaining({ kind: 'parameter-dropped', field: 'language' }))
  expect(refused).toBe(1)
})
