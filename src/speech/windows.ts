/**
 * Packs a recording into windows of continuous audio. Pure; knows no model.
 *
 * Voice activity chooses where to cut, not what to drop: only silence of at least `SKIPPED_SILENCE_SECOND` is left out, with
 * `KEPT_EDGE_SECOND` of it kept at both sides. (With gaps over 1.2 s cut out and 0.2 s kept, words were lost.)
 */
import type { AudioWindow, SpeechRegion } from './engine.ts'

/** Whisper sees 30 s; the rest leaves room for the last word's end. */
export const LONGEST_WINDOW_SECOND = 29.6
export const SKIPPED_SILENCE_SECOND = 4
export const KEPT_EDGE_SECOND = 0.4
/** A longer pause is no better place to cut; among such pauses the latest wins, so that windows are filled. */
const AMPLE_PAUSE_SECOND = 0.4

export interface PackInput {
  readonly durationSecond: number
  /** All that may be speech, in time order. */
  readonly possibleSpeech: readonly SpeechRegion[]
  /** What is speech, in time order: the gaps between are the pauses to cut in. */
  readonly speech: readonly SpeechRegion[]
  /** Probability of speech per `frameSecond`: where no pause is found, the least likely place is cut. */
  readonly probabilities: Float32Array
  readonly frameSecond: number
}

/** Windows in time order, at most `longestSecond` each, covering every possible speech. */
export const packWindows = (input: PackInput, longestSecond = LONGEST_WINDOW_SECOND): AudioWindow[] =>
  joinSpans(input)
    .flatMap((span) => splitSpan(span, input, longestSecond))
    .map((span, index) => ({ index, startSecond: span.startSecond, endSecond: span.endSecond }))

/** Joins speech across short silence; what is left between two spans is skipped. */
const joinSpans = (input: PackInput): SpeechRegion[] => {
  const spans: { startSecond: number; endSecond: number }[] = []
  for (const region of input.possibleSpeech) {
    const last = spans.at(-1)
    if (last !== undefined && region.startSecond - last.endSecond < SKIPPED_SILENCE_SECOND)
      last.endSecond = region.endSecond
    else spans.push({ startSecond: region.startSecond, endSecond: region.endSecond })
  }
  return spans.map((span) => ({
    startSecond: Math.max(0, span.startSecond - KEPT_EDGE_SECOND),
    endSecond: Math.min(input.durationSecond, span.endSecond + KEPT_EDGE_SECOND),
  }))
}

const splitSpan = (span: SpeechRegion, input: PackInput, longestSecond: number): SpeechRegion[] => {
  const pieces: SpeechRegion[] = []
  let startSecond = span.startSecond
  while (span.endSecond - startSecond > longestSecond) {
    const endSecond = chooseCut(startSecond, input, longestSecond)
    pieces.push({ startSecond, endSecond })
    startSecond = endSecond
  }
  pieces.push({ startSecond, endSecond: span.endSecond })
  return pieces
}

/** The longest pause of the window's last third; pauses that are ample are equal, and then the last one is taken. */
const chooseCut = (startSecond: number, input: PackInput, longestSecond: number): number => {
  const earliest = startSecond + (longestSecond * 2) / 3
  const latest = startSecond + longestSecond
  let best: { second: number; worth: number } | undefined
  for (const pause of pausesBetween(input.speech, earliest, latest)) {
    const worth = Math.min(AMPLE_PAUSE_SECOND, pause.endSecond - pause.startSecond)
    const second = cutInside(pause, earliest, latest)
    if (best === undefined || worth >= best.worth) best = { second, worth }
  }
  return best?.second ?? leastLikelySecond(input, earliest, latest)
}

/** The middle of the pause, moved as far as needed to lie in the last third. */
const cutInside = (pause: SpeechRegion, earliest: number, latest: number): number =>
  Math.min(latest, Math.max(earliest, (pause.startSecond + pause.endSecond) / 2))

const pausesBetween = (speech: readonly SpeechRegion[], earliest: number, latest: number): SpeechRegion[] => {
  const pauses: SpeechRegion[] = []
  for (let index = firstEndingAfter(speech, earliest - 60); index + 1 < speech.length; index += 1) {
    const startSecond = Math.max(earliest, speech[index]?.endSecond ?? 0)
    const endSecond = Math.min(latest, speech[index + 1]?.startSecond ?? 0)
    if ((speech[index]?.endSecond ?? 0) > latest) break
    if (endSecond > startSecond) pauses.push({ startSecond, endSecond })
  }
  return pauses
}

/** Binary search: regions are in time order, and a long recording has thousands. */
const firstEndingAfter = (speech: readonly SpeechRegion[], second: number): number => {
  let low = 0
  let high = speech.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((speech[middle]?.endSecond ?? 0) < second) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** Speech without a pause: the frame where three neighbours together are least likely speech, the later of equals. */
const leastLikelySecond = (input: PackInput, earliest: number, latest: number): number => {
  const at = (frame: number): number => input.probabilities[frame] ?? 0
  let best = Math.floor(latest / input.frameSecond) - 1
  let lowest = Number.POSITIVE_INFINITY
  for (let frame = Math.ceil(earliest / input.frameSecond); (frame + 1) * input.frameSecond <= latest; frame += 1) {
    const sum = at(frame - 1) + at(frame) + at(frame + 1)
    if (sum <= lowest) [lowest, best] = [sum, frame]
  }
  return (best + 0.5) * input.frameSecond
}
