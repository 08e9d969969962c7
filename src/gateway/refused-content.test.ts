/** A refusal is no answer: it goes straight back with the provider's reason, in one piece and within a stream. */
import { expect, test } from 'vitest'
import { createFakeClock } from '../lib/fake-clock.ts'
import { createCatalog } from './catalog/catalog.ts'
import { createGateway } from './gateway.ts'
import { createScriptedCaller, row, USAGE, type Step } from './testing/scripted-caller.ts'
import type { StreamPart } from './types/answers.ts'
import type { ChatRequest } from './types/requests.ts'

const A = row('alpha/big')
const ASK: ChatRequest = { model: 'alpha/big', messages: [{ role: 'user', content: 'Say it.' }], maxOutputTokens: 500 }

const EARS = ['alpha', 'beta'].map((name) =>
  row(`${name}/ear`, { operations: ['transcribe'], inputModalities: ['audio'] }),
)
const BRUSHES = ['alpha', 'beta'].map((name) =>
  row(`${name}/brush`, { operations: ['image'], outputModalities: ['image'] }),
)

const setUp = (step: Step) => {
  const caller = createScriptedCaller((model) => (model.startsWith('alpha/') ? step : { text: 'from another' }))
  const gateway = createGateway({
    caller,
    catalog: createCatalog([A, row('beta/other'), ...EARS, ...BRUSHES]),
    credentials: () => ({ baseUrl: 'http://127.0.0.1', needsCredential: false, credentials: [] }),
    clock: createFakeClock(0),
  })
  return { caller, gateway }
}
const REFUSED: Step = { text: 'I can’t help with that.', finish: 'content-filter', said: 'cyber: declined' }
const PRICE = 1_500

test('a refusal with words is a failure with the provider’s reason, its cost kept, and nobody else asked', async () => {
  const { gateway, caller } = setUp(REFUSED)
  const error: unknown = await gateway.chat(ASK).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    code: 'content-refused',
    message: 'cyber: declined',
    details: { provider: 'alpha', model: 'big', raw: 'I can’t help with that.' },
  })
  expect(caller.calls).toHaveLength(1)
  const { attempts } = (error as { details: { attempts: unknown[] } }).details
  expect(attempts).toEqual([
    expect.objectContaining({ errorCode: 'content-refused', usage: USAGE, costMicrocents: PRICE }) as unknown,
  ])
})

test('a refusal without a reason is told with its own words', async () => {
  const { gateway } = setUp({ text: 'I can’t help with that.', finish: 'content-filter' })
  await expect(gateway.chat(ASK)).rejects.toMatchObject({
    code: 'content-refused',
    message: 'I can’t help with that.',
  })
})

test('the refused text in the error is bounded', async () => {
  const { gateway } = setUp({ text: 'x'.repeat(50_000), finish: 'content-filter' })
  const error = (await gateway.chat(ASK).catch((thrown: unknown) => thrown)) as {
    message: string
    details: { raw: string }
  }
  expect(error.details.raw.length).toBeLessThanOrEqual(2_000)
  expect(error.message.length).toBeLessThanOrEqual(600)
})

test('a stream that is refused ends in an error part, also after its first words, and nobody goes on', async () => {
  const { gateway, caller } = setUp(REFUSED)
  const parts: StreamPart[] = []
  for await (const part of gateway.stream(ASK)) parts.push(part)
  expect(parts.at(-1)).toMatchObject({ type: 'error', error: { code: 'content-refused', message: 'cyber: declined' } })
  expect(caller.calls).toHaveLength(1)
})

test('however often it refuses, the model is not held for broken', async () => {
  const { gateway, caller } = setUp(REFUSED)
  for (let nth = 0; nth < 30; nth += 1) await gateway.chat(ASK).catch(() => undefined)
  expect(caller.calls).toHaveLength(30)
  expect(gateway.insight.door.breakerState(A, null)).toBe('closed')
})

test('an image that is refused ends with the provider’s reason and its cost, and nobody else is asked', async () => {
  const { gateway, caller } = setUp({ text: '', finish: 'content-filter', said: 'Unable to show the image.' })
  const error: unknown = await gateway.image({ model: 'alpha/brush', prompt: 'a' }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'content-refused', message: 'Unable to show the image.' })
  expect((error as { details: { attempts: unknown[] } }).details.attempts).toEqual([
    expect.objectContaining({ errorCode: 'content-refused', usage: USAGE }) as unknown,
  ])
  expect(caller.calls).toHaveLength(1)
})

const RECORDING = { model: 'alpha/ear', audio: new Uint8Array(10), fileName: 'a.wav', mediaType: 'audio/wav' }

test('half a transcript is no transcript: the next engine is asked, and what was billed is kept', async () => {
  const { gateway } = setUp({ text: 'the first half of', finish: 'length' })
  const answer = await gateway.transcribe(RECORDING)
  expect(answer).toMatchObject({ text: 'from another', fallbackUsed: true })
  expect(answer).not.toHaveProperty('finishReason')
  expect(answer.attempts).toMatchObject([{ errorCode: 'output-truncated', usage: USAGE }, { outcome: 'answered' }])
  await expect(gateway.transcribe(RECORDING, { fallbackModels: [] })).rejects.toMatchObject({
    code: 'output-truncated',
  })
})

test('a recording that is refused is told so, not taken for silence', async () => {
  const { gateway } = setUp({ text: '', finish: 'content-filter', said: 'The answer was stopped: SAFETY.' })
  await expect(gateway.transcribe(RECORDING)).rejects.toMatchObject({ code: 'content-refused' })
})
