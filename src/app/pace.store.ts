/** How long texts took on this server, by the second of the recording: for the estimate before a run. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/types.ts'

/** Enough to be no chance, few enough to follow a change of the machine or the provider. */
const LAST = 30

/** Seconds of work for a second of recording, the median of the last ones; null when there were none. */
export const paceOf = async (
  db: Kysely<Database>,
  of: { readonly kind: string; readonly provider: string; readonly model: string | null },
): Promise<number | null> => {
  const last = db
    .selectFrom('transcription_texts as text')
    .innerJoin('transcriptions as recording', 'recording.id', 'text.transcription_id')
    .select(sql<number>`text.duration_ms / 1000.0 / recording.duration_second`.as('pace'))
    .where('text.kind', '=', of.kind)
    .where('text.provider', '=', of.provider)
    .where('text.status', '=', 'done')
    .where('text.duration_ms', 'is not', null)
    .where('recording.duration_second', '>', 0)
    .orderBy('text.created_at', 'desc')
    .limit(LAST)
  const chosen = of.model === null ? last : last.where('text.model', '=', of.model)
  const row = await db
    .selectFrom(chosen.as('last'))
    .select(sql<number | null>`percentile_cont(0.5) within group (order by pace)`.as('pace'))
    .executeTakeFirst()
  return row?.pace ?? null
}
