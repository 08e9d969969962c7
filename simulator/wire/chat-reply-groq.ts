// Groq's dialect of the chat format: timings in usage, x_groq, reasoning with a channel, a whole tool call in one delta.
import type { Answer, Ask, Frame, JsonObject, Reply } from '../types.ts'
import { eventStream, json } from '../exchange.ts'
import { hashNumber, makeHexId, makeId, makeUuid, toPieces } from '../tokens.ts'
import { finishOf, sse } from './chat-reply.ts'

const makeRequestId = () => `req_01${makeId(24).toLowerCase()}`
const FINGERPRINT = 'fp_c5da83ab22'

const usageOf = (answer: Answer): JsonObject => {
  const { inputTokens, outputTokens, cachedTokens, reasoningTokens } = answer.usage
  const promptTime = inputTokens / 20_000
  const completionTime = outputTokens / 450
  return {
    queue_time: 0.004_102_207,
    prompt_tokens: inputTokens,
    prompt_time: promptTime,
    completion_tokens: outputTokens,
    completion_time: completionTime,
    total_tokens: inputTokens + outputTokens,
    total_time: promptTime + completionTime,
    ...(cachedTokens > 0 ? { prompt_tokens_details: { cached_tokens: cachedTokens } } : {}),
    ...(reasoningTokens > 0 ? { completion_tokens_details: { reasoning_tokens: reasoningTokens } } : {}),
  }
}

const callsOf = (answer: Answer) =>
  answer.toolCalls.map((call) => ({
    id: `fc_${makeUuid()}`,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }))

export const writeGroq = (ask: Ask, answer: Answer, now: number): Reply => {
  const calls = callsOf(answer)
  return json(200, {
    id: `chatcmpl-${makeUuid()}`,
    object: 'chat.completion',
    created: Math.floor(now / 1000),
    model: ask.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          ...(calls.length > 0 ? {} : { content: answer.text }),
          ...(answer.reasoning ? { reasoning: answer.reasoning } : {}),
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
        },
        logprobs: null,
        finish_reason: finishOf(ask, answer),
      },
    ],
    usage: usageOf(answer),
    usage_breakdown: null,
    system_fingerprint: FINGERPRINT,
    x_groq: { id: makeRequestId(), seed: hashNumber(makeHexId(8)) },
    service_tier: 'on_demand',
  })
}

export const streamGroq = (ask: Ask, answer: Answer, now: number): Reply => {
  const requestId = makeRequestId()
  const head = {
    id: `chatcmpl-${makeUuid()}`,
    object: 'chat.completion.chunk',
    created: Math.floor(now / 1000),
    model: ask.model,
    system_fingerprint: FINGERPRINT,
  }
  const chunk = (kind: Frame['kind'], delta: JsonObject, finish: string | null = null, extra: JsonObject = {}) =>
    sse(kind, { ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...extra })
  const channel = /gpt-oss/.test(ask.model) ? { channel: 'analysis' } : {}
  const usage = usageOf(answer)
  return eventStream(
    [
      chunk('start', { role: 'assistant', content: '' }, null, {
        x_groq: { id: requestId, seed: hashNumber(requestId) },
      }),
      ...toPieces(answer.reasoning).map((piece) => chunk('reasoning', { reasoning: piece, ...channel })),
      ...callsOf(answer).map((call, index) => chunk('tool', { tool_calls: [{ ...call, index }] })),
      ...toPieces(answer.text).map((piece) => chunk('content', { content: piece })),
      chunk('finish', {}, finishOf(ask, answer), { x_groq: { id: requestId, usage }, usage }),
      sse('end', '[DONE]'),
    ],
    'text/event-stream',
  )
}
