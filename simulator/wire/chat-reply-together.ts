// Together's dialect of the chat format: text mirrors the delta, role on every chunk, null id and name on later tool
// deltas, usage unasked. Models that think end with a usage chunk of its own; the others put usage on the last chunk.
import type { Answer, Ask, Frame, JsonObject, Reply } from '../types.ts'
import { eventStream, json } from '../exchange.ts'
import { hashNumber, makeHexId, makeId, toPieces } from '../tokens.ts'
import { finishOf, sse, toFragments } from './chat-reply.ts'

const makeAnswerId = () => `om${makeId(5)}-${makeId(6)}-${makeHexId(16)}`
/** Above 2^53 on purpose: JSON.parse rounds it. */
const SEED = 9_313_781_139_405_380_000

const usageOf = (answer: Answer, thinks: boolean): JsonObject => ({
  prompt_tokens: answer.usage.inputTokens,
  total_tokens: answer.usage.inputTokens + answer.usage.outputTokens,
  completion_tokens: answer.usage.outputTokens,
  ...(thinks ? { reasoning_tokens: answer.usage.reasoningTokens } : {}),
  ...(thinks && answer.usage.cachedTokens === 0 ? {} : { cached_tokens: answer.usage.cachedTokens }),
})

const makeCallId = () => `call_${makeHexId(24)}`

const thinks = (ask: Ask) => ask.extra['thinks'] === true

export const writeTogether = (ask: Ask, answer: Answer, now: number): Reply =>
  json(200, {
    id: makeAnswerId(),
    object: 'chat.completion',
    created: Math.floor(now / 1000),
    model: ask.model,
    metadata: { weight_version: 'default' },
    prompt: [],
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: answer.text,
          tool_calls: answer.toolCalls.map((call, index) => ({
            id: makeCallId(),
            index,
            type: 'function',
            function: { name: call.name, arguments: call.arguments },
          })),
          ...(thinks(ask) ? { reasoning: answer.reasoning } : {}),
        },
        logprobs: null,
        finish_reason: finishOf(ask, answer),
        seed: thinks(ask) ? null : SEED,
      },
    ],
    usage: usageOf(answer, thinks(ask)),
  })

type Piece = { kind: Frame['kind']; text?: string; reasoning?: string; calls?: JsonObject[] }

const callPieces = (answer: Answer): Piece[] =>
  answer.toolCalls.flatMap((call, index): Piece[] => [
    {
      kind: 'tool',
      calls: [{ id: makeCallId(), index, type: 'function', function: { name: call.name, arguments: '' } }],
    },
    ...toFragments(call.arguments).map((fragment): Piece => ({
      kind: 'tool',
      calls: [{ id: null, index, type: 'function', function: { name: null, arguments: fragment } }],
    })),
  ])

export const streamTogether = (ask: Ask, answer: Answer, now: number): Reply => {
  const head = { id: makeAnswerId(), object: 'chat.completion.chunk', created: Math.floor(now / 1000) }
  const thinking = thinks(ask)
  const chunk = (piece: Piece, finish: string | null, usage: JsonObject | null | undefined) => {
    const text = piece.text ?? ''
    const tokenId = thinking ? null : hashNumber(text) % 128_000
    const delta = {
      token_id: tokenId,
      role: 'assistant',
      content: text,
      ...(piece.calls ? { tool_calls: piece.calls } : {}),
      ...(thinking ? { reasoning: piece.reasoning ?? null } : {}),
    }
    const seed = thinking ? {} : { seed: finish === null ? null : SEED }
    return {
      ...head,
      choices: [{ index: 0, text, logprobs: null, finish_reason: finish, ...seed, delta }],
      model: ask.model,
      ...(usage === undefined ? {} : { usage }),
    }
  }
  const finish = finishOf(ask, answer)
  const pieces: Piece[] = [
    ...toPieces(answer.reasoning).map((piece): Piece => ({ kind: 'reasoning', reasoning: piece })),
    ...toPieces(answer.text).map((piece): Piece => ({ kind: 'content', text: piece })),
    ...callPieces(answer),
  ]
  const usage = usageOf(answer, thinking)
  const frames = pieces.map((piece) => sse(piece.kind, chunk(piece, null, null)))
  if (!thinking) {
    return eventStream(
      [...frames, sse('finish', chunk({ kind: 'finish' }, finish, usage)), sse('end', '[DONE]')],
      'text/event-stream;charset=utf-8',
    )
  }
  return eventStream(
    [
      sse('start', chunk({ kind: 'start' }, null, undefined)),
      ...frames,
      sse('finish', chunk({ kind: 'finish' }, finish, null)),
      sse('usage', { ...head, choices: [], model: ask.model, usage }),
      sse('end', '[DONE]'),
    ],
    'text/event-stream;charset=utf-8',
  )
}
