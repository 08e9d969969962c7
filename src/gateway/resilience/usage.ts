/** Usage of an answer that several attempts wrote together. */
import { NO_USAGE } from '../dialects/usage.ts'
import type { Usage } from '../types/attempts.ts'

/** What an attempt that broke off must have used: its provider did not live to say it. */
export const estimatedUsage = (inputTokens: number, outputTokens: number): Usage => ({
  ...NO_USAGE,
  inputTokens,
  outputTokens,
})

export const addUsage = (a: Usage, b: Usage): Usage => ({
  ...b,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  reported: a.reported && b.reported,
})
