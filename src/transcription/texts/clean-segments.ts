/** The cleaned text of a recording's segments, as a row of it holds it. */
import { sayReason } from '../../reasons.ts'
import { cleanTranscript } from '../cleaning/clean-transcript.ts'
import { storable, toJson } from '../store/stored-text.ts'

/** Some 20 ms for an hour of speech. */
export const cleanSegments = (
  segments: Parameters<typeof cleanTranscript>[0],
  language: string | null,
): { readonly content: string; readonly notes: string } => {
  const { text, removedWords } = cleanTranscript(segments, language ?? 'en')
  const notes =
    removedWords === 0 ? [] : [{ kind: 'words-removed', message: sayReason('words-removed', { count: removedWords }) }]
  return { content: storable(text), notes: toJson(notes) }
}
