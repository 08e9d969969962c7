/** Names of users, for rooms that know only their ids. */
import type { Kysely } from 'kysely'
import type { Database } from '../db/types.ts'
import { isId } from '../lib/ids.ts'

/** Of those that are still there, by their id. A command has no user of the table, and says who it is in words. */
export const namesOfUsers = async (
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const known = ids.filter(isId)
  if (known.length === 0) return new Map()
  const users = await db.selectFrom('users').select(['id', 'name']).where('id', 'in', known).execute()
  return new Map(users.map(({ id, name }) => [id, name]))
}
