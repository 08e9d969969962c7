/** Language of encoded windows: one decoder step after `<|startoftranscript|>`, softmax over the language tokens. */
import type { DetectedLanguage } from '../engine.ts'
import type { Decoder } from './decoder/decoder-batch.ts'
import type { WhisperSettings } from './model-settings.ts'

export type LanguageProbabilities = ReadonlyMap<string, number>

const ALTERNATIVES = 5

/** Probabilities per row; a model that knows English only answers English. */
export const languageProbabilities = async (
  decoder: Decoder,
  settings: WhisperSettings,
  input: { readonly hidden: readonly Float32Array[]; readonly frames: number },
): Promise<LanguageProbabilities[]> => {
  if (settings.languages.size === 0) return Array.from({ length: input.hidden.length }, () => new Map([['en', 1]]))
  const batch = decoder.open({ ...input, attentionLayers: [] })
  const { logits } = await batch.start(Array.from({ length: input.hidden.length }, () => [settings.startOfTranscript]))
  return Array.from({ length: input.hidden.length }, (_, row) =>
    softmaxOver(logits.subarray(row * settings.vocabulary), settings.languages),
  )
}

const softmaxOver = (logits: Float32Array, languages: ReadonlyMap<string, number>): LanguageProbabilities => {
  const entries = [...languages].map(
    ([language, token]) => [language, logits[token] ?? Number.NEGATIVE_INFINITY] as const,
  )
  const highest = Math.max(...entries.map(([, logit]) => logit))
  const weights = entries.map(([language, logit]) => [language, Math.exp(logit - highest)] as const)
  const sum = weights.reduce((total, [, weight]) => total + weight, 0)
  return new Map(weights.map(([language, weight]) => [language, weight / sum]))
}

export interface WeighedLanguages {
  readonly probabilities: LanguageProbabilities
  readonly weight: number
}

export const meanProbability = (windows: readonly WeighedLanguages[], language: string): number => {
  const total = windows.reduce((sum, { weight }) => sum + weight, 0)
  return windows.reduce(
    (sum, { probabilities, weight }) => sum + ((probabilities.get(language) ?? 0) * weight) / total,
    0,
  )
}

/** Mean over windows, each weighted by its length. */
export const combineLanguages = (windows: readonly WeighedLanguages[]): DetectedLanguage => {
  const total = windows.reduce((sum, window) => sum + window.weight, 0)
  const means = new Map<string, number>()
  for (const { probabilities, weight } of windows) {
    for (const [language, probability] of probabilities)
      means.set(language, (means.get(language) ?? 0) + (probability * weight) / total)
  }
  const sorted = [...means]
    .sort((one, other) => other[1] - one[1])
    .map(([language, probability]) => ({ language, probability }))
  const alternatives = sorted.slice(0, ALTERNATIVES)
  return { language: alternatives[0]?.language ?? 'en', probability: alternatives[0]?.probability ?? 0, alternatives }
}
