// Ollama's own format: NDJSON, tool arguments as objects, durations in nanoseconds, done_reason stop even with tools.
import type { Answer, Ask, Frame, JsonObject, Reply, Turn } from '../types.ts'
import { eventStream, json } from '../exchange.ts'
import { isObject, parseJson, toArray, toObject, toText } from '../json.ts'
import { makeId, toPieces } from '../tokens.ts'

export const readMessages = (body: JsonObject): Turn[] =>
  toArray(body['messages'])
    .filter(isObject)
    .map((message) => ({
      role:
        message['role'] === 'assistant' || message['role'] === 'system' || message['role'] === 'tool'
          ? message['role']
          : 'user',
      text: toText(message['content']),
      images: toArray(message['images']).length,
      audioSeconds: 0,
      toolCalls: toArray(message['tool_calls']).map((call) => ({
        id: toText(toObject(call)['id']),
        name: toText(toObject(toObject(call)['function'])['name']),
        arguments: JSON.stringify(toObject(toObject(call)['function'])['arguments'] ?? {}),
      })),
    }))

const stamp = (now: number) => new Date(now).toISOString().replace('Z', '558Z')

const totals = (answer: Answer): JsonObject => ({
  total_duration: 2_745_758_209,
  load_duration: 68_180_084,
  prompt_eval_count: answer.usage.inputTokens,
  prompt_eval_duration: 190_023_833,
  eval_count: answer.usage.outputTokens,
  eval_duration: 1_077_950_543,
})

const callsOf = (answer: Answer) =>
  answer.toolCalls.map((call, index) => ({
    id: `call_${makeId(8).toLowerCase()}`,
    function: { index, name: call.name, arguments: toObject(parseJson(call.arguments)) },
  }))

const doneReason = (answer: Answer) => (answer.finish === 'length' ? 'length' : 'stop')

export const writeNative = (ask: Ask, answer: Answer, now: number): Reply => {
  const calls = callsOf(answer)
  const message = {
    role: 'assistant',
    content: answer.text,
    ...(answer.reasoning ? { thinking: answer.reasoning } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
  const body = {
    model: ask.model,
    created_at: stamp(now),
    message,
    done: true,
    done_reason: doneReason(answer),
    ...totals(answer),
  }
  return json(200, body, { 'content-type': 'application/json; charset=utf-8' })
}

export const streamNative = (ask: Ask, answer: Answer, now: number): Reply => {
  const line = (kind: Frame['kind'], message: JsonObject, rest: JsonObject = {}): Frame => ({
    kind,
    data: `${JSON.stringify({ model: ask.model, created_at: stamp(now), message: { role: 'assistant', ...message }, done: false, ...rest })}\n`,
  })
  const calls = callsOf(answer)
  return eventStream(
    [
      ...toPieces(answer.reasoning).map((piece) => line('reasoning', { content: '', thinking: piece })),
      ...toPieces(answer.text).map((piece) => line('content', { content: piece })),
      ...calls.map((call) => line('tool', { content: '', tool_calls: [call] })),
      line('finish', { content: '' }, { done: true, done_reason: doneReason(answer), ...totals(answer) }),
    ],
    'application/x-ndjson',
  )
}
