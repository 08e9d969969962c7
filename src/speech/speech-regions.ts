/** Turns frame probabilities of voice activity detection into stretches of speech. Pure. */
import type { SpeechRegion } from './engine.ts'

export interface RegionRules {
  /** A region begins where the probability reaches this. */
  readonly onset: number
  /** It ends where the probability stays below this for `minimumSilenceSecond`. */
  readonly offset: number
  readonly minimumSilenceSecond: number
  /** Shorter regions are left out. */
  readonly minimumSpeechSecond: number
}

/** What counts as speech when coverage is told: the detector's own recommended values. */
export const CONFIDENT_SPEECH: RegionRules = {
  onset: 0.5,
  offset: 0.35,
  minimumSilenceSecond: 0.1,
  minimumSpeechSecond: 0.2,
}

/** What may be speech: only sound outside of it can be skipped. Far below the recommended values on purpose. */
export const POSSIBLE_SPEECH: RegionRules = {
  onset: 0.2,
  offset: 0.1,
  minimumSilenceSecond: 0.1,
  minimumSpeechSecond: 0.25,
}

/** Regions in time order. `frameSecond` is the time one probability stands for. */
export const toRegions = (probabilities: Float32Array, frameSecond: number, rules: RegionRules): SpeechRegion[] => {
  const regions: SpeechRegion[] = []
  const patience = Math.max(1, Math.round(rules.minimumSilenceSecond / frameSecond))
  let start = -1
  let lastSpeech = -1
  const finish = (): void => {
    const region = { startSecond: start * frameSecond, endSecond: (lastSpeech + 1) * frameSecond }
    if (start >= 0 && region.endSecond - region.startSecond >= rules.minimumSpeechSecond) regions.push(region)
    start = -1
  }
  for (let frame = 0; frame < probabilities.length; frame += 1) {
    const probability = probabilities[frame] ?? 0
    if (start < 0 && probability >= rules.onset) start = frame
    if (start >= 0 && probability >= rules.offset) lastSpeech = frame
    if (start >= 0 && frame - lastSpeech >= patience) finish()
  }
  finish()
  return regions
}

/** Total length of the regions. */
export const totalSecond = (regions: readonly SpeechRegion[]): number =>
  regions.reduce((sum, region) => sum + region.endSecond - region.startSecond, 0)
