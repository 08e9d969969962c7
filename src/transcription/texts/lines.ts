/** The transcript as lines with times: what notes cite and translations keep. Pure. */
import { groupItems } from '../../gateway/tokens/split.ts'
import { toClockTime } from '../exports/clock-time.ts'
import type { Segment } from '../types.ts'
import type { TimedPiece } from './made-text.ts'

export interface TimedLine extends TimedPiece {
  /** From 1, unique in the recording. */
  readonly number: number
}

/** A line is read and shown at once. */
const LONGEST_LINE_LETTERS = 220

interface TimedWord {
  readonly text: string
  readonly startSecond: number
  readonly endSecond: number
}

/** Words of a segment without word times share its time by their length. */
const spread = ({ text, startSecond, endSecond }: Segment): TimedWord[] => {
  const words = text.split(/(?<=\s)/u)
  const total = Math.max(1, text.length)
  let position = 0
  return words.map((word) => {
    const begin = startSecond + ((endSecond - startSecond) * position) / total
    position += word.length
    return { text: word, startSecond: begin, endSecond: startSecond + ((endSecond - startSecond) * position) / total }
  })
}

/** An edited segment has other words than were heard: then its words have no times of their own. */
const wordsOf = (segment: Segment): readonly TimedWord[] => {
  const heard = segment.words.map(({ text }) => text).join('')
  const isSame = heard.replace(/\s+/gu, '') === segment.text.replace(/\s+/gu, '')
  return isSame && segment.words.length > 0 ? segment.words : spread(segment)
}

const endsSentence = (text: string): boolean => /[.!?…。！？]["'”’)\]]*\s*$/u.test(text)

const joinWords = (words: readonly TimedWord[]): string => {
  const spaced = words.some(({ text }) => /^\s|\s$/u.test(text))
  return words
    .map(({ text }) => text)
    .join(spaced ? '' : ' ')
    .replace(/\s+/gu, ' ')
    .trim()
}

/** A long segment in pieces that end with a sentence where they can. */
const cutSegment = (segment: Segment): TimedPiece[] => {
  const { speaker } = segment
  const whole = { ...segment, speaker, text: segment.text.replace(/\s+/gu, ' ').trim() }
  if (whole.text.length <= LONGEST_LINE_LETTERS) {
    return [{ startSecond: whole.startSecond, endSecond: whole.endSecond, text: whole.text, speaker }]
  }
  const pieces: TimedWord[][] = [[]]
  let letters = 0
  for (const word of wordsOf(segment)) {
    const open = pieces.at(-1) ?? []
    const isFull = letters + word.text.length > LONGEST_LINE_LETTERS
    const isWhole = letters > LONGEST_LINE_LETTERS / 3 && endsSentence(open.at(-1)?.text ?? '')
    if (open.length > 0 && (isFull || isWhole)) {
      pieces.push([word])
      letters = word.text.length
    } else {
      open.push(word)
      letters += word.text.length + 1
    }
  }
  return pieces
    .filter((words) => words.length > 0)
    .map((words) => ({
      startSecond: words[0]?.startSecond ?? segment.startSecond,
      endSecond: words.at(-1)?.endSecond ?? segment.endSecond,
      text: joinWords(words),
      speaker,
    }))
}

export const toLines = (segments: readonly Segment[]): TimedLine[] =>
  segments
    .flatMap(cutSegment)
    .filter(({ text }) => text !== '')
    .map((piece, index) => ({ ...piece, number: index + 1 }))

/** `[7] Good morning.` */
export const asNumbered = ({ number, text }: Pick<TimedLine, 'number' | 'text'>): string => `[${number}] ${text}`
/** `[1:05] Good morning.` */
export const asTimed = ({ startSecond, text }: Pick<TimedLine, 'startSecond' | 'text'>): string =>
  `[${toClockTime(startSecond)}] ${text}`

const MARK = /^\[[\d:]+\] ?/gmu

export const withoutMarks = (lines: string): string => lines.replace(MARK, '')

/** Whole lines, as many as fit; a line that is too long alone stands alone. */
export const cutLines = (text: string, tokens: number, count: (text: string) => number): string[] =>
  groupItems(
    text.split('\n').filter((line) => line.trim() !== ''),
    (line) => line,
    { maxTokens: Math.max(1, tokens), count },
  ).map((lines) => lines.join('\n'))

/** Lines of `asNumbered` by their numbers. */
export const numbersOfLines = (text: string): Map<number, string> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const match = /^\[(\d+)\] ?(.*)$/u.exec(line)
      return match === null ? [] : [[Number(match[1]), match[2] ?? ''] as const]
    }),
  )

/** Seconds of `1:02:03` or `2:03`; null for anything else. */
export const readClockTime = (text: string): number | null => {
  const match = /(?:(\d+):)?(\d{1,3}):(\d{2})/u.exec(text)
  if (match === null) return null
  return Number(match[1] ?? 0) * 3600 + Number(match[2]) * 60 + Number(match[3])
}

/** Lines of `asTimed` with their seconds. */
export const timesOfLines = (text: string): { readonly second: number; readonly text: string }[] =>
  text.split('\n').flatMap((line) => {
    const match = /^\[([\d:]+)\] ?(.*)$/u.exec(line)
    const second = match === null ? null : readClockTime(match[1] ?? '')
    return match === null || second === null ? [] : [{ second, text: match[2] ?? '' }]
  })
