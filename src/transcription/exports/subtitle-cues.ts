/**
 * Timed words → captions that can be read: at most two lines of 42 characters, shown 5/6 to 7 seconds, no faster than 20
 * characters a second where the pauses around allow it, never two at once. Limits after the Netflix Timed Text Style
 * Guide (English, adult programmes).
 */
import { breakLines, fitsCaption, lengthOf } from './break-lines.ts'
import type { ExportWord } from './export-document.ts'

export interface Cue {
  readonly startSecond: number
  readonly endSecond: number
  readonly lines: readonly string[]
  readonly speaker: string | null
}

export interface SpokenWord extends ExportWord {
  readonly speaker: string | null
}

const minSecond = 5 / 6
const maxSecond = 7
const charactersPerSecond = 20
/** A pause that ends a caption. */
const pauseSecond = 0.7
/** Captions that nearly touch flicker; below this the first is held until the second. */
const holdSecond = 0.5
/** Two frames at 24 a second between captions. */
const gapSecond = 2 / 24
/** A caption may come this much before its first word, to give reading time. */
const leadSecond = 0.5

const textOf = (words: readonly SpokenWord[]): string => words.map((word) => word.text).join(' ')

const endsSentence = (text: string): boolean => /[.!?…。！？]["'”’)\]]*$/u.test(text)
const endsClause = (text: string): boolean => /[,;:]["'”’)\]]*$/u.test(text)

const mustBreak = (open: readonly SpokenWord[], next: SpokenWord): boolean => {
  const first = open[0]
  const last = open.at(-1)
  if (first === undefined || last === undefined) return false
  if (next.speaker !== last.speaker || next.startSecond - last.endSecond >= pauseSecond) return true
  if (next.endSecond - first.startSecond > maxSecond) return true
  return !fitsCaption(textOf([...open, next]))
}

/** After a sentence a new caption begins once this one is worth reading. */
const mayBreak = (open: readonly SpokenWord[]): boolean => {
  const last = open.at(-1)
  return last !== undefined && endsSentence(last.text) && lengthOf(textOf(open)) >= 20
}

/** When a caption is full in the middle of a sentence, it ends at the last clause if that leaves enough in it. */
const clauseCut = (open: readonly SpokenWord[]): number => {
  for (let cut = open.length - 1; cut > open.length / 2; cut -= 1) if (endsClause(open[cut - 1]?.text ?? '')) return cut
  return open.length
}

const groupWords = (words: readonly SpokenWord[]): SpokenWord[][] => {
  const groups: SpokenWord[][] = []
  let open: SpokenWord[] = []
  for (const word of words) {
    if (open.length > 0 && mayBreak(open)) {
      groups.push(open)
      open = []
    } else if (mustBreak(open, word)) {
      const last = open.at(-1)
      const full =
        last !== undefined && word.startSecond - last.endSecond < pauseSecond && word.speaker === last.speaker
      const cut = full ? clauseCut(open) : open.length
      groups.push(open.slice(0, cut))
      open = open.slice(cut)
    }
    open.push(word)
  }
  return open.length > 0 ? [...groups, open] : groups
}

const neededSecond = (text: string): number =>
  Math.min(maxSecond, Math.max(minSecond, lengthOf(text) / charactersPerSecond))

interface Timed {
  readonly words: readonly SpokenWord[]
  startSecond: number
  endSecond: number
}

const toTimed = (words: readonly SpokenWord[]): Timed => ({
  words,
  startSecond: words[0]?.startSecond ?? 0,
  endSecond: words.at(-1)?.endSecond ?? 0,
})

/** Takes reading time from the silence after a caption, then from the silence before it. */
const giveTime = (timed: readonly Timed[], durationSecond: number): void => {
  timed.forEach((cue, index) => {
    const previousEnd = timed[index - 1]?.endSecond
    const latest = (timed[index + 1]?.startSecond ?? Math.max(durationSecond, cue.endSecond) + gapSecond) - gapSecond
    const need = neededSecond(textOf(cue.words))
    cue.endSecond = Math.max(cue.endSecond, Math.min(cue.startSecond + need, latest))
    const missing = need - (cue.endSecond - cue.startSecond)
    if (missing > 0) {
      const earliest = Math.max(
        0,
        previousEnd === undefined ? 0 : previousEnd + gapSecond,
        cue.startSecond - leadSecond,
      )
      cue.startSecond = Math.min(cue.startSecond, Math.max(earliest, cue.startSecond - missing))
    }
    if (latest - cue.endSecond > 0 && latest - cue.endSecond < holdSecond && timed[index + 1] !== undefined) {
      cue.endSecond = Math.min(latest, cue.startSecond + maxSecond)
    }
    cue.endSecond = Math.max(
      cue.startSecond + 0.001,
      Math.min(cue.endSecond, Math.max(latest, cue.startSecond + 0.001)),
    )
  })
}

/** Words' times may touch or overlap by rounding; captions may not. */
const separate = (timed: readonly Timed[]): void => {
  timed.forEach((cue, index) => {
    const previous = timed[index - 1]
    if (previous !== undefined && cue.startSecond < previous.endSecond) cue.startSecond = previous.endSecond
    if (cue.endSecond <= cue.startSecond) cue.endSecond = cue.startSecond + 0.001
  })
}

/** @param words in order of time; @param durationSecond the recording's length, which no caption outlasts. */
export const toCues = (words: readonly SpokenWord[], durationSecond: number): Cue[] => {
  const timed = groupWords(words).map(toTimed)
  giveTime(timed, durationSecond)
  separate(timed)
  return timed.map(({ words: spoken, startSecond, endSecond }) => ({
    startSecond,
    endSecond,
    lines: breakLines(textOf(spoken)),
    speaker: spoken[0]?.speaker ?? null,
  }))
}
