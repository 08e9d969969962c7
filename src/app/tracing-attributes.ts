/**
 * A call to a model in the words of OpenTelemetry's semantic conventions for generative AI, without anything that a person
 * wrote. https://opentelemetry.io/docs/specs/semconv/gen-ai/
 */
import type { Attributes } from '@opentelemetry/api'
import type { AttemptRecord, ChatRequest } from '../gateway/index.ts'

/** The conventions' names where they have one. */
const OPERATIONS = {
  chat: 'chat',
  embed: 'embeddings',
  transcribe: 'transcription',
  image: 'image_generation',
} as const
const PROVIDERS: Readonly<Record<string, string>> = { gemini: 'gcp.gemini' }

const MICROCENTS_PER_USD = 100_000_000

export const toAttemptName = ({ operation, model }: AttemptRecord): string => `${OPERATIONS[operation]} ${model}`

const withoutNothing = (attributes: Readonly<Record<string, string | number | null | undefined>>): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, value] as const],
    ),
  )

const requestAttributes = (request: Partial<ChatRequest>) => ({
  'gen_ai.request.max_tokens': request.maxOutputTokens,
  'gen_ai.request.temperature': request.temperature,
  'gen_ai.request.top_p': request.topP,
  'gen_ai.request.top_k': request.topK,
  'gen_ai.request.frequency_penalty': request.frequencyPenalty,
  'gen_ai.request.presence_penalty': request.presencePenalty,
  'gen_ai.request.seed': request.seed,
})

export const toAttemptAttributes = (record: AttemptRecord): Attributes => {
  const { usage, costMicrocents } = record
  return withoutNothing({
    'gen_ai.operation.name': OPERATIONS[record.operation],
    'gen_ai.provider.name': PROVIDERS[record.provider] ?? record.provider,
    'gen_ai.request.model': record.model,
    ...requestAttributes(record.request),
    'gen_ai.usage.input_tokens': usage?.inputTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.cachedInputTokens,
    'gen_ai.usage.cache_write.input_tokens': usage?.cacheWriteTokens,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoningTokens,
    'gen_ai.response.time_to_first_chunk': record.firstTokenMs === null ? null : record.firstTokenMs / 1_000,
    'error.type': record.outcome === 'failed' ? (record.errorCode ?? '_OTHER') : undefined,
    'http.response.status_code': record.status,
    'mp4totext.operation': record.labels['operation'] ?? record.operation,
    'mp4totext.request.id': record.requestId,
    'mp4totext.transcription.id': record.labels['transcriptionId'],
    'mp4totext.attempt.outcome': record.outcome,
    'mp4totext.attempt.reason': record.reason,
    'mp4totext.cost_usd': costMicrocents === null ? null : costMicrocents / MICROCENTS_PER_USD,
  })
}
