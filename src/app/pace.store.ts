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

/** What a model that writes texts is asked for. */
const TEXT_OPERATIONS = ['enhancement', 'summary', 'lecture_notes', 'translation'] as const

/**
 * Seconds for a token that a model writes, by its texts of any kind since a time; null when it wrote none. Checks of a
 * model are left out: their answers are a word long and tell only how long a call takes to begin.
 */
export const secondsPerTokenOf = async (
  db: Kysely<Database>,
  of: { readonly provider: string; readonly model: string; readonly since: Date },
): Promise<number | null> => {
  const row = await db
    .selectFrom('usage_rollups')
    .select(sql<number | null>`(sum(duration_sum_ms) / 1000.0 / nullif(sum(output_tokens), 0))::float8`.as('pace'))
    .where('provider', '=', of.provider)
    .where('model', '=', of.model)
    .where('grain', '=', 'day')
    .where('level', '=', 'each')
    .where('operation', 'in', TEXT_OPERATIONS)
    .where('start', '>=', of.since)
    .executeTakeFirst()
  return row?.pace ?? null
}
