/** Users by name, for the administrator's list of credits. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/types.ts'
import { isId } from '../lib/ids.ts'

export interface CreditUser {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: 'user' | 'admin'
}

const matching = (db: Kysely<Database>, search: string | undefined) => {
  const users = db.selectFrom('users')
  if (search === undefined || search === '') return users
  const pattern = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  return users.where(sql<boolean>`(lower(name) like ${pattern} or email like ${pattern})`)
}

export const pageOfUsers = async (
  db: Kysely<Database>,
  query: { readonly search?: string | undefined; readonly limit: number; readonly offset: number },
): Promise<{ items: CreditUser[]; total: number }> => {
  const { search, limit, offset } = query
  const [items, counted] = await Promise.all([
    matching(db, search).select(['id', 'email', 'name', 'role']).orderBy('email').limit(limit).offset(offset).execute(),
    matching(db, search)
      .select(sql<number>`count(*)`.as('total'))
      .executeTakeFirstOrThrow(),
  ])
  return { items, total: counted.total }
}

export const findUser = async (
  db: Kysely<Database>,
  by: { readonly id: string } | { readonly email: string },
): Promise<CreditUser | undefined> => {
  if ('id' in by && !isId(by.id)) return undefined
  const users = db.selectFrom('users').select(['id', 'email', 'name', 'role'])
  return (
    'id' in by ? users.where('id', '=', by.id) : users.where('email', '=', by.email.trim().toLowerCase())
  ).executeTakeFirst()
}
