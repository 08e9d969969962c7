/** Titles of recordings, for rooms that know only their ids. */
import type { Kysely } from 'kysely'
import type { Database } from '../db/types.ts'
import { isId } from '../lib/ids.ts'

/** Of those of the user's that are still there, by their id. */
export const titlesOfRecordings = async (
  db: Kysely<Database>,
  userId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const known = ids.filter(isId)
  if (known.length === 0) return new Map()
  const rows = await db
    .selectFrom('transcriptions')
    .select(['id', 'title'])
    .where('user_id', '=', userId)
    .where('id', 'in', known)
    .execute()
  return new Map(rows.map(({ id, title }) => [id, title]))
}
