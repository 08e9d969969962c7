/** The timed words of any text of a recording: its own where it has them, aligned ones for what was written from it. */
import { toTokens } from '../cleaning/spoken-token.ts'
import { alignText } from './align-text.ts'
import { type ExportDocument, speakerName } from './export-document.ts'
import { toPlainText } from './markdown-blocks.ts'
import type { SpokenWord } from './subtitle-cues.ts'
import { toTimedWords } from './timed-words.ts'

const transcriptWords = (document: ExportDocument): SpokenWord[] =>
  toTokens(document.segments, document.language ?? 'en').map(({ text, startSecond, endSecond, speaker }) => ({
    text,
    startSecond,
    endSecond,
    speaker: speakerName(document, speaker),
  }))

/** Times of a rewritten text are those of the same words in the transcript; between them they are estimates. */
export const toSpokenWords = (document: ExportDocument): SpokenWord[] => {
  const spoken = transcriptWords(document)
  if (document.kind === 'raw') return spoken
  if (document.timed) {
    return toTimedWords(document.timed, document.edited === true ? document.content : null).map((word) => ({
      ...word,
      speaker: speakerName(document, word.speaker),
    }))
  }
  const duration = document.durationSecond ?? spoken.at(-1)?.endSecond ?? 0
  return alignText(toPlainText(document.content), spoken, duration).map((word) => ({ ...word, speaker: null }))
}
