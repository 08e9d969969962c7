/** Templates of users, by name. */
import type { Selectable, Updateable } from 'kysely'
import type { TextTemplateRow } from '../../db/tables/text-templates.ts'
import type { Executor } from './transcriptions.store.ts'

export type StoredTemplate = Selectable<TextTemplateRow>

export const listTemplates = (db: Executor, userId: string, kind?: string): Promise<StoredTemplate[]> => {
  const query = db.selectFrom('text_templates').selectAll().where('user_id', '=', userId)
  return (kind === undefined ? query : query.where('kind', '=', kind)).orderBy('name').orderBy('id').execute()
}

export const findTemplate = (db: Executor, userId: string, id: string): Promise<StoredTemplate | undefined> =>
  db.selectFrom('text_templates').selectAll().where('user_id', '=', userId).where('id', '=', id).executeTakeFirst()

/** False when the user has another template of this name. */
export const insertTemplate = async (db: Executor, row: StoredTemplate): Promise<boolean> => {
  const result = await db
    .insertInto('text_templates')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Whether another template of the user has this name, whatever its letter case. */
export const isNameTaken = async (db: Executor, userId: string, name: string, exceptId: string): Promise<boolean> => {
  const found = await db
    .selectFrom('text_templates')
    .select('id')
    .where('user_id', '=', userId)
    .where(({ eb, fn, val }) => eb(fn('lower', ['name']), '=', fn('lower', [val(name)])))
    .where('id', '<>', exceptId)
    .executeTakeFirst()
  return found !== undefined
}

export const updateTemplate = async (db: Executor, id: string, change: Updateable<TextTemplateRow>): Promise<void> => {
  await db.updateTable('text_templates').set(change).where('id', '=', id).execute()
}

export const deleteTemplate = async (db: Executor, userId: string, id: string): Promise<boolean> => {
  const result = await db
    .deleteFrom('text_templates')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

export const countTemplates = async (db: Executor, userId: string): Promise<number> => {
  const { count } = await db
    .selectFrom('text_templates')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return Number(count)
}
