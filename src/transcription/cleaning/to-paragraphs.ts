/** Cuts a row of tokens into paragraphs by speaker, pauses and sentences. Pure. */
import { endsSentence, type SpokenToken } from './spoken-token.ts'

export interface Paragraph {
  readonly startSecond: number
  readonly endSecond: number
  readonly speaker: string | null
  readonly text: string
}

/** A pause after which a new thought begins, in seconds. */
const longPauseSecond = 2
const shortPauseSecond = 0.8
/** Paragraphs of 60 to 120 words read well; a longer one ends at its next sentence. */
const fullWords = 60
const maxWords = 120
/** Without any sentence mark a paragraph must end somewhere. */
const hardMaxWords = 250

const breaksAfter = (token: SpokenToken, next: SpokenToken, wordCount: number): boolean => {
  if (token.speaker !== next.speaker) return true
  const pauseSecond = next.startSecond - token.endSecond
  if (endsSentence(token.text)) {
    return (
      pauseSecond >= longPauseSecond ||
      (wordCount >= fullWords && pauseSecond >= shortPauseSecond) ||
      wordCount >= maxWords
    )
  }
  return wordCount >= hardMaxWords || (wordCount >= maxWords && pauseSecond >= shortPauseSecond)
}

const toParagraph = (tokens: readonly SpokenToken[]): Paragraph => ({
  startSecond: tokens[0]?.startSecond ?? 0,
  endSecond: tokens.at(-1)?.endSecond ?? 0,
  speaker: tokens[0]?.speaker ?? null,
  text: tokens.map((token) => token.text).join(' '),
})

export const toParagraphs = (tokens: readonly SpokenToken[]): Paragraph[] => {
  const paragraphs: Paragraph[] = []
  let open: SpokenToken[] = []
  tokens.forEach((token, index) => {
    open.push(token)
    const next = tokens[index + 1]
    if (next !== undefined && !breaksAfter(token, next, open.length)) return
    paragraphs.push(toParagraph(open))
    open = []
  })
  return paragraphs
}
