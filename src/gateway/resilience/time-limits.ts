/** How long one attempt may take, by what is asked and of whom. */
import type { ModelRow } from '../types/models.ts'
import type { ChatRequest, TranscribeRequest } from '../types/requests.ts'
import type { GatewayPolicy, TimeLimits } from './policy.ts'

/** Models that think before they speak, unless the request tells them not to. */
const thinks = (row: ModelRow, request: ChatRequest): boolean =>
  row.capabilities.includes('reasoning') &&
  request.reasoning?.effort !== 'none' &&
  request.reasoning?.effort !== 'minimal'

const scaled = (limits: TimeLimits, factor: number): TimeLimits => ({
  connectMs: limits.connectMs,
  headersMs: limits.headersMs * factor,
  firstTokenMs: limits.firstTokenMs * factor,
  gapMs: limits.gapMs * factor,
  totalMs: limits.totalMs * factor,
})

export const chatLimits = (
  policy: GatewayPolicy['limits'],
  interactive: boolean,
  row: ModelRow,
  request: ChatRequest,
  stream: boolean,
): TimeLimits => {
  const base = interactive ? policy.interactive : policy.background
  const limits = scaled(base, thinks(row, request) ? policy.reasoningFactor : 1)
  // A stream speaks early: its headers come with the first token at the latest.
  if (stream) return { ...limits, headersMs: limits.firstTokenMs }
  const writingMs = ((request.maxOutputTokens ?? 0) / 1_000) * policy.perThousandOutputTokensMs
  return { ...limits, headersMs: limits.headersMs + writingMs, totalMs: limits.totalMs + writingMs }
}

export const transcribeLimits = (
  policy: GatewayPolicy['limits'],
  interactive: boolean,
  request: TranscribeRequest,
): TimeLimits => {
  const limits = interactive ? policy.interactive : policy.background
  // Without a known length, what compressed speech of this size may last: 16 kbit/s.
  const audioSecond = request.durationSecond ?? request.audio.byteLength / 2_000
  const listeningMs = audioSecond * policy.perAudioSecondMs
  return { ...limits, headersMs: limits.headersMs + listeningMs, totalMs: limits.totalMs + listeningMs }
}
