/**
 * Words of a text that has times of its own, as a translation has: each piece's words share its time by their length.
 * After an edit the words of a paragraph share the time of that paragraph; when paragraphs were joined or divided, all
 * share all.
 */
import type { ExportPiece, ExportWord } from './export-document.ts'

export interface TimedWord extends ExportWord {
  readonly speaker: string | null
}

/** Silence that reads as a new paragraph; the same as in `raw-text.ts`. */
const PAUSE_SECOND = 2
/** Scripts without blanks: a line of a caption has room for so many. */
const WIDE_RUN =
  /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]{1,13}[。、！？，．]?|[^\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+/gu

const wordsIn = (text: string): string[] =>
  text
    .split(/\s+/u)
    .flatMap((word) => (word.length > 16 ? (word.match(WIDE_RUN) ?? [word]) : word === '' ? [] : [word]))

interface Span {
  readonly startSecond: number
  readonly endSecond: number
  readonly speaker: string | null
}

const spread = (words: readonly string[], { startSecond, endSecond, speaker }: Span): TimedWord[] => {
  const total = words.reduce((sum, word) => sum + word.length + 1, 0)
  const length = Math.max(0, endSecond - startSecond)
  let position = 0
  return words.map((text) => {
    const begin = startSecond + (length * position) / total
    position += text.length + 1
    return { text, startSecond: begin, endSecond: startSecond + (length * position) / total, speaker }
  })
}

/** Words dealt out to pieces by how much each piece had to say. */
const deal = (words: readonly string[], pieces: readonly ExportPiece[]): TimedWord[] => {
  const lettersOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length + 1, 0)
  const ratio = lettersOf(words) / Math.max(1, lettersOf(pieces.map(({ text }) => text)))
  let at = 0
  let due = 0
  let dealt = 0
  return pieces.flatMap((piece, index) => {
    due += (piece.text.length + 1) * ratio
    const start = at
    const isLast = index === pieces.length - 1
    while (at < words.length && (isLast || dealt + (words[at]?.length ?? 0) / 2 < due)) {
      dealt += (words[at]?.length ?? 0) + 1
      at += 1
    }
    return spread(words.slice(start, at), piece)
  })
}

const toParagraphs = (pieces: readonly ExportPiece[]): ExportPiece[][] => {
  const paragraphs: ExportPiece[][] = []
  let last: ExportPiece | undefined
  for (const piece of pieces) {
    const begins =
      last === undefined || piece.startSecond - last.endSecond >= PAUSE_SECOND || piece.speaker !== last.speaker
    if (begins) paragraphs.push([piece])
    else paragraphs.at(-1)?.push(piece)
    last = piece
  }
  return paragraphs
}

/** @param edited the text as it is now, when it is not the pieces' any more */
export const toTimedWords = (pieces: readonly ExportPiece[], edited: string | null): TimedWord[] => {
  if (edited === null) return pieces.flatMap((piece) => spread(wordsIn(piece.text), piece))
  const groups = toParagraphs(pieces)
  const texts = edited.split(/\n\s*\n/u).filter((text) => text.trim() !== '')
  if (groups.length !== texts.length) return deal(wordsIn(edited), pieces)
  return groups.flatMap((group, index) => deal(wordsIn(texts[index] ?? ''), group))
}
