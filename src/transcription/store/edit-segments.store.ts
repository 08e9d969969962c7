/** A person's changes of segments. What was recognized stays beside them, and can be brought back. */
import type { Selectable, Updateable } from 'kysely'
import type { TranscriptionSegmentRow } from '../../db/tables/transcriptions.ts'
import { AppError } from '../../errors.ts'
import { timeEditedWords } from '../time-edited-words.ts'
import type { SegmentChange } from '../transcriptions.ts'
import type { Segment } from '../types.ts'
import { toSegment } from '../views.ts'
import { storable, toJson } from './stored-text.ts'
import type { Executor } from './transcriptions.store.ts'

type Row = Selectable<TranscriptionSegmentRow>

interface Recognition {
  readonly transcriptionId: string
  readonly generation: number
}

const unknownSegment = (index: number): AppError =>
  new AppError('invalid-request', `There is no segment ${index}`, {
    details: { fields: [{ path: 'changes', message: `there is no segment ${index}` }] },
  })

const at = ({ transcriptionId, generation }: Recognition, index: number) => ({
  transcription_id: transcriptionId,
  generation,
  index,
})

/** What was recognized at a place, whatever stands there now. */
const toOriginal = (row: Row): { readonly text: string; readonly words: unknown } => {
  if (row.original_text === null) return { text: row.text, words: row.words }
  const words = row.original_words ?? timeEditedWords(row.original_text, toSegment(row))
  return { text: row.original_text, words }
}

const toWritten = (row: Row, text: string): Updateable<TranscriptionSegmentRow> => {
  const original = toOriginal(row)
  // Brought back, by hand or by undo: as if it had never been edited.
  if (text === original.text) return { text, words: toJson(original.words), original_text: null, original_words: null }
  return {
    text,
    words: toJson(timeEditedWords(text, toSegment(row))),
    original_text: original.text,
    original_words: toJson(original.words),
  }
}

const toColumns = (row: Row, { text, speaker }: SegmentChange): Updateable<TranscriptionSegmentRow> => ({
  index: row.index,
  ...(text !== undefined && toWritten(row, storable(text))),
  ...(speaker !== undefined && { speaker: speaker === null ? null : storable(speaker) }),
})

/** Applies all or, by its error, none (in a transaction); returns the changed segments. */
export const applySegmentChanges = async (
  db: Executor,
  of: Recognition,
  changes: readonly SegmentChange[],
): Promise<Segment[]> => {
  const items: Segment[] = []
  for (const change of changes) {
    const where = at(of, change.index)
    const row = await db
      .selectFrom('transcription_segments')
      .selectAll()
      .where((builder) => builder.and(where))
      .executeTakeFirst()
    if (row === undefined) throw unknownSegment(change.index)
    const changed = await db
      .updateTable('transcription_segments')
      .set(toColumns(row, change))
      .where((builder) => builder.and(where))
      .returningAll()
      .executeTakeFirstOrThrow()
    items.push(toSegment(changed))
  }
  return items
}
