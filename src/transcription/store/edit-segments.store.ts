/** A person's changes of segments. What was recognized stays beside the first edit. */
import type { Selectable, Updateable } from 'kysely'
import type { TranscriptionSegmentRow } from '../../db/tables/transcriptions.ts'
import { AppError } from '../../errors.ts'
import { timeEditedWords } from '../time-edited-words.ts'
import type { SegmentChange } from '../transcriptions.ts'
import type { Segment } from '../types.ts'
import { toSegment } from '../views.ts'
import { storable, toJson } from './stored-text.ts'
import type { Executor } from './transcriptions.store.ts'

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

const toColumns = (
  row: Selectable<TranscriptionSegmentRow>,
  { text, speaker }: SegmentChange,
): Updateable<TranscriptionSegmentRow> => ({
  index: row.index,
  ...(text !== undefined && {
    text: storable(text),
    original_text: row.original_text ?? row.text,
    words: toJson(timeEditedWords(storable(text), toSegment(row))),
  }),
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
