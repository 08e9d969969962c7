/** Keeps the searchable words of a recording equal to its title and texts. */
import { toIndexWords } from '../search-words.ts'
import { setSearchWords, type Executor } from './transcriptions.store.ts'

/** After anything that changes title or texts, in the same transaction. */
export const refreshSearch = async (db: Executor, id: string): Promise<void> => {
  const row = await db
    .selectFrom('transcriptions')
    .select(['title', 'file_name'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return
  const texts = await db
    .selectFrom('transcription_texts')
    .select('content')
    .where('transcription_id', '=', id)
    .where('status', '=', 'done')
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  await setSearchWords(db, id, toIndexWords([row.title, row.file_name, ...texts.map(({ content }) => content)]))
}
