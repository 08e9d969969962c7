/** A streamed answer that its provider gives in pieces: the rest is asked for, and the reader sees one answer. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCaller } from '../../src/gateway/caller.ts'
import { builtInProviders } from '../../src/gateway/providers/index.ts'
import type { ChatRequest } from '../../src/gateway/types/requests.ts'
import { startReplayServer, type RecordedReply, type ReplayServer } from './replay-server.ts'
import { collect, makeContext, makeRow, makeTarget } from './targets.ts'

let server: ReplayServer
const caller = createCaller({ providers: builtInProviders, lingerMs: 20 })
beforeAll(async () => {
  server = await startReplayServer()
})
afterAll(() => server.close())

const REQUEST: ChatRequest = { model: 'any', messages: [{ role: 'user', content: 'Hi' }] }
const events = (...data: readonly object[]): RecordedReply => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream' },
  body: data
    .map((one) => `${'type' in one ? `event: ${String(one.type)}\n` : ''}data: ${JSON.stringify(one)}\n\n`)
    .join(''),
})
const lastBody = (): unknown => JSON.parse(server.requests.at(-1)?.body ?? '')
const stream = async (provider: string) => {
  const target = makeTarget(makeRow(provider, 'm'), server.baseUrl)
  return (await collect(caller.stream(target, REQUEST, makeContext()))).parts
}
const endOf = (parts: Awaited<ReturnType<typeof stream>>) => {
  expect(parts.filter((part) => part.type === 'end')).toHaveLength(1)
  const last = parts.at(-1)
  return last?.type === 'end' ? last.result : undefined
}

const geminiPiece = (parts: readonly object[], reason: string, token?: string): object => ({
  candidates: [
    { content: { parts }, finishReason: reason, ...(token === undefined ? {} : { continuationToken: token }) },
  ],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3 },
})
const call = (city: string): object => ({ functionCall: { name: 'look_up', args: { city } } })

test('Gemini: a stream that ends with CONTINUATION goes on with its token', async () => {
  server.answerWith(
    events(geminiPiece([{ text: 'One ' }, call('Paris')], 'CONTINUATION', 'dG9rZW4=')),
    events(geminiPiece([{ text: 'two.' }, call('Rome')], 'STOP')),
  )
  const parts = await stream('gemini')
  expect(endOf(parts)).toMatchObject({ text: 'One two.', usage: { inputTokens: 10, outputTokens: 6 } })
  expect(parts.flatMap((part) => (part.type === 'tool-call-start' ? part.index : []))).toEqual([0, 1])
  expect(lastBody()).toMatchObject({ continuationToken: 'dG9rZW4=' })
})

test('Gemini: the last piece’s fate is that of the answer', async () => {
  server.answerWith(
    events(geminiPiece([{ text: 'One ' }], 'CONTINUATION', 'dG9rZW4=')),
    events({ candidates: [{ content: { parts: [{ text: 'tw' }] } }] }),
  )
  await expect(stream('gemini')).rejects.toMatchObject({ code: 'stream-interrupted' })
})

test('a provider that never comes to an end is not followed for ever', async () => {
  server.answerWith(events(geminiPiece([{ text: 'x' }], 'CONTINUATION', 'dG9rZW4=')))
  const before = server.requests.length
  expect(endOf(await stream('gemini'))).toMatchObject({ text: 'xxxxxxxx', finishReason: 'length' })
  expect(server.requests.length - before).toBe(8)
})

const block = (index: number, start: object, ...deltas: readonly object[]): object[] => [
  { type: 'content_block_start', index, content_block: start },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
]
const turn = (reason: string, ...blocks: readonly object[]): RecordedReply =>
  events(
    { type: 'message_start', message: { model: 'm', usage: { input_tokens: 5, output_tokens: 1 } } },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  )

test('Anthropic: a turn that pauses goes on with all its blocks as they were', async () => {
  const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }
  const found = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ url: 'https://example.org' }] }
  server.answerWith(
    turn(
      'pause_turn',
      ...block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'thinking_delta', thinking: 'Let me see.' },
        { type: 'signature_delta', signature: 'c2ln' },
      ),
      ...block(1, { type: 'text', text: '' }, { type: 'text_delta', text: 'One ' }),
      ...block(
        2,
        search,
        { type: 'input_json_delta', partial_json: '{"query":' },
        { type: 'input_json_delta', partial_json: '"two"}' },
      ),
      ...block(3, found),
    ),
    turn('end_turn', ...block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'two.' })),
  )
  const result = endOf(await stream('anthropic'))
  expect(result).toMatchObject({ text: 'One two.', finishReason: 'stop', usage: { inputTokens: 10, outputTokens: 4 } })
  const { messages } = lastBody() as { messages: readonly unknown[] }
  expect(messages.at(-1)).toEqual({
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'Let me see.', signature: 'c2ln' },
      { type: 'text', text: 'One ' },
      { ...search, input: { query: 'two' } },
      found,
    ],
  })
})
