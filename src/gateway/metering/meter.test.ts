import { expect, test } from 'vitest'
import { createFakeClock } from '../../lib/fake-clock.ts'
import { createCatalog } from '../catalog/catalog.ts'
import { createGateway } from '../gateway.ts'
import { createScriptedCaller, row, USAGE, type Step } from '../testing/scripted-caller.ts'
import type { ChatRequest } from '../types/requests.ts'
import type { AttemptRecord } from './meter.ts'

const LABELS = { userId: 'ada', operation: 'enhance' }
const ASK: ChatRequest = { model: 'alpha/big', messages: [{ role: 'user', content: 'Say something.' }] }

const image = () => Promise.resolve({ images: [{ url: 'https://host/a.png' }], usage: USAGE, servedModel: null })

const setUp = (script: (model: string) => Step) => {
  const records: AttemptRecord[] = []
  const operations = ['chat', 'embed', 'transcribe', 'image'] as const
  const modalities = { inputModalities: ['text' as const, 'audio' as const] }
  const gateway = createGateway({
    caller: { ...createScriptedCaller(script), image },
    catalog: createCatalog([row('alpha/big', { operations, ...modalities }), row('beta/big', { operations })]),
    credentials: () => ({ baseUrl: 'http://127.0.0.1', needsCredential: false, credentials: [] }),
    meter: { record: (record) => void records.push(record) },
    clock: createFakeClock(1_000_000),
    random: () => 0.5,
  })
  return { gateway, records }
}

test('labels reach the record of every operation, streamed or not', async () => {
  const { gateway, records } = setUp(() => ({ text: 'words' }))
  const options = { labels: LABELS }
  await gateway.chat(ASK, options)
  for await (const part of gateway.stream(ASK, options)) void part
  await gateway.embed({ model: 'alpha/big', input: ['one'] }, options)
  const sound = { audio: new Uint8Array(4), fileName: 'a.wav', mediaType: 'audio/wav' }
  await gateway.transcribe({ model: 'alpha/big', ...sound }, options)
  await gateway.image({ model: 'alpha/big', prompt: 'A house' }, options)
  expect(records.map(({ operation, labels }) => ({ operation, labels }))).toEqual(
    ['chat', 'chat', 'embed', 'transcribe', 'image'].map((operation) => ({ operation, labels: LABELS })),
  )
})

test('a failed attempt and the one after it carry the same labels, and the request as it was asked', async () => {
  const { gateway, records } = setUp((model) =>
    model === 'alpha/big' ? { fail: 'provider-unreachable' } : { text: 'words' },
  )
  await gateway.chat(ASK, { labels: LABELS })
  expect(records.at(0)).toMatchObject({ outcome: 'failed', labels: LABELS, request: ASK })
  expect(records.at(-1)).toMatchObject({ outcome: 'answered', provider: 'beta', labels: LABELS })
})

test('without labels there are none', async () => {
  const { gateway, records } = setUp(() => ({ text: 'words' }))
  await gateway.chat(ASK)
  expect(records[0]?.labels).toEqual({})
})
