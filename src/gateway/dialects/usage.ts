/** Usage in neutral terms, and the readers of the OpenAI shape with its dialects at Together and Groq. */
import { isObject, toCount, toNumber, toObject } from '../../lib/json.ts'
import type { Usage } from '../types/attempts.ts'

/** The provider said nothing; whoever bills has to estimate. */
export const NO_USAGE: Usage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  reported: false,
})

export interface UsageCounts {
  readonly input: number
  readonly output: number
  readonly cached?: number
  readonly cacheWrite?: number
  readonly reasoning?: number
  readonly audioInput?: number
  readonly cachedAudioInput?: number
  readonly imageOutput?: number
}

/** Parts never exceed their whole (Together has reported 18 reasoning tokens of 16). */
export const toUsage = (counts: UsageCounts): Usage => {
  const cached = Math.min(counts.cached ?? 0, counts.input)
  const audio = Math.min(counts.audioInput ?? 0, counts.input)
  const cachedAudio = Math.min(counts.cachedAudioInput ?? 0, audio)
  const image = Math.min(counts.imageOutput ?? 0, counts.output)
  return {
    inputTokens: counts.input,
    outputTokens: counts.output,
    cachedInputTokens: cached,
    cacheWriteTokens: Math.min(counts.cacheWrite ?? 0, counts.input - cached),
    reasoningTokens: Math.min(counts.reasoning ?? 0, counts.output),
    ...(audio > 0 ? { audioInputTokens: audio } : {}),
    ...(cachedAudio > 0 ? { cachedAudioInputTokens: cachedAudio } : {}),
    ...(image > 0 ? { imageOutputTokens: image } : {}),
    reported: true,
  }
}

/**
 * `usage` of an OpenAI-shaped answer; null when there is none. Together keeps reasoning and cached tokens at the top
 * level; Gemini's compatible endpoint leaves thoughts out of `completion_tokens` but not out of the total.
 */
export const readOpenAiUsage = (usage: unknown): Usage | null => {
  if (!isObject(usage)) return null
  const promptDetails = toObject(usage['prompt_tokens_details'] ?? usage['input_tokens_details'])
  const outputDetails = toObject(usage['completion_tokens_details'] ?? usage['output_tokens_details'])
  const input = toCount(usage['prompt_tokens'] ?? usage['input_tokens'])
  const written = toCount(usage['completion_tokens'] ?? usage['output_tokens'])
  const total = toNumber(usage['total_tokens'])
  return toUsage({
    input,
    output: total === null ? written : Math.max(written, toCount(total - input)),
    cached: toCount(promptDetails['cached_tokens'] ?? usage['cached_tokens']),
    cacheWrite: toCount(promptDetails['cache_write_tokens']),
    reasoning: toCount(outputDetails['reasoning_tokens'] ?? usage['reasoning_tokens']),
    audioInput: toCount(promptDetails['audio_tokens']),
  })
}
