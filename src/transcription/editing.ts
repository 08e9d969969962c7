/** What a person changes: title, names of speakers, segments, texts. What was made is kept beside every edit. */
import type { Transaction } from 'kysely'
import type { Database } from '../db/types.ts'
import { AppError } from '../errors.ts'
import { isId } from '../lib/ids.ts'
import { noSuchRecording, readTranscription } from './reading.ts'
import { toExcerpt, toRawText } from './raw-text.ts'
import { toSearchable } from './search-words.ts'
import { applySegmentChanges } from './store/edit-segments.store.ts'
import { listSegments } from './store/pieces.store.ts'
import { refreshSearch } from './store/search.store.ts'
import { cancelSteps, finishStep } from './store/steps.store.ts'
import { storable, toJson } from './store/stored-text.ts'
import { deleteText, findText, newestText, updateText, type StoredText } from './store/texts.store.ts'
import { lockOwned, updateTranscription } from './store/transcriptions.store.ts'
import type { Transcriptions } from './transcriptions.ts'
import { cleanSegments } from './texts/clean-segments.ts'
import { stepOfText, type TextKind } from './types.ts'
import { toText, type StoredTranscription } from './views.ts'
import type { Workshop } from './work/work.ts'

type Editing = Pick<Transcriptions, 'update' | 'editSegments' | 'editText' | 'removeText'>

/** A transaction on a recording that nobody else changes meanwhile. */
export const changeOwned = async <Result>(
  shop: Workshop,
  userId: string,
  id: string,
  change: (db: Transaction<Database>, row: StoredTranscription) => Promise<Result>,
): Promise<Result> =>
  shop.db.transaction().execute(async (db) => {
    const row = isId(id) ? await lockOwned(db, userId, id) : undefined
    if (row === undefined) throw noSuchRecording()
    return change(db, row)
  })

const stale = (given: number, current: number): AppError =>
  new AppError('conflict', 'Somebody changed this after you loaded it', { details: { given, current } })

/** Names of speakers with the changes applied; an empty name takes one away. */
const mergeSpeakers = (known: unknown, change: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...(known as Record<string, string>), ...change })
      .filter(([, name]) => name.trim() !== '')
      .map(([label, name]) => [storable(label), name]),
  )

type Segments = Awaited<ReturnType<typeof listSegments>>

/** The raw text says what the segments say. */
const rewriteRawText = async (db: Transaction<Database>, row: StoredTranscription, segments: Segments) => {
  const raw = await newestText(db, row.id, 'raw')
  if (raw === undefined) return []
  const content = toRawText(segments, row.language)
  const edited = segments.some(({ originalText }) => originalText !== undefined)
  await updateText(db, raw.id, {
    content,
    original_content: edited ? (raw.original_content ?? raw.content) : null,
    edited,
    revision: raw.revision + 1,
  })
  await updateTranscription(db, row.id, { excerpt: toExcerpt(content) })
  return [raw.id]
}

/** So does the cleaned text, of which all others are made, unless somebody wrote in it: rules make it anew at no cost. */
const rewriteCleanedText = async (db: Transaction<Database>, row: StoredTranscription, segments: Segments) => {
  const cleaned = await newestText(db, row.id, 'cleaned')
  if (cleaned === undefined || cleaned.edited) return []
  await updateText(db, cleaned.id, { ...cleanSegments(segments, row.language), revision: cleaned.revision + 1 })
  return [cleaned.id]
}

const requireText = async (db: Transaction<Database>, id: string, textId: string): Promise<StoredText> => {
  const text = isId(textId) ? await findText(db, id, textId) : undefined
  if (text === undefined) throw new AppError('not-found', 'There is no such text')
  return text
}

const checkEditable = (text: StoredText, revision: number): void => {
  if (text.kind === 'raw') {
    throw new AppError('invalid-request', 'The raw text is edited by its segments', {
      details: { fields: [{ path: 'textId', message: 'is a raw text' }] },
    })
  }
  if (text.status !== 'done') throw new AppError('conflict', 'This text is not finished')
  if (text.revision !== revision) throw stale(revision, text.revision)
}

/** After a version is gone: its step is as good as the newest one that is left. A pipeline sees to its own steps. */
const settleStep = async (
  shop: Workshop,
  db: Transaction<Database>,
  row: StoredTranscription,
  removed: StoredText,
): Promise<void> => {
  if (removed.kind === 'raw' || removed.status === 'done' || row.status === 'running') return
  const step = stepOfText[removed.kind as TextKind]
  if (step === undefined) return
  const left = await newestText(db, row.id, removed.kind as TextKind)
  const now = new Date(shop.clock.now())
  if (left?.complete === true) await finishStep(db, row.id, step, { status: 'done', now })
  else if (removed.status === 'running') await cancelSteps(db, row.id, now, [step])
  await shop.notices.publish(db, { kind: 'step', userId: row.user_id, id: row.id, step })
}

export const createEditing = (shop: Workshop): Editing => {
  const now = (): Date => new Date(shop.clock.now())
  return {
    async update(userId, id, { title, speakers }) {
      await changeOwned(shop, userId, id, async (db, row) => {
        await updateTranscription(db, id, {
          ...(title !== undefined && { title: storable(title), title_key: toSearchable(storable(title)) }),
          ...(speakers !== undefined && { speakers: toJson(mergeSpeakers(row.speakers, speakers)) }),
          revision: row.revision + 1,
          updated_at: now(),
        })
        await refreshSearch(db, id)
        await shop.notices.publish(db, { kind: 'transcription', userId, id })
      })
      return readTranscription(shop, userId, id)
    },
    editSegments: (userId, id, { revision, changes }) =>
      changeOwned(shop, userId, id, async (db, row) => {
        if (row.revision !== revision) throw stale(revision, row.revision)
        const of = { transcriptionId: id, generation: row.generation }
        const items = await applySegmentChanges(db, of, changes)
        await updateTranscription(db, id, { revision: revision + 1, updated_at: now() })
        const segments = await listSegments(db, of, { after: -1 })
        const rewritten = [
          ...(await rewriteRawText(db, row, segments)),
          ...(await rewriteCleanedText(db, row, segments)),
        ]
        await refreshSearch(db, id)
        await shop.notices.publish(db, { kind: 'transcription', userId, id })
        for (const textId of rewritten) await shop.notices.publish(db, { kind: 'text', userId, id, textId })
        return { revision: revision + 1, items }
      }),
    editText: (userId, id, textId, { revision, content }) =>
      changeOwned(shop, userId, id, async (db) => {
        const text = await requireText(db, id, textId)
        checkEditable(text, revision)
        const original = text.original_content ?? text.content
        const written = storable(content)
        // Brought back, by hand or by undo: as if it had never been edited.
        const edited = written !== original
        await updateText(db, textId, {
          content: written,
          original_content: edited ? original : null,
          edited,
          revision: revision + 1,
        })
        await refreshSearch(db, id)
        await shop.notices.publish(db, { kind: 'text', userId, id, textId })
        return toText(await requireText(db, id, textId))
      }),
    async removeText(userId, id, textId) {
      await changeOwned(shop, userId, id, async (db, row) => {
        const text = await requireText(db, id, textId)
        if (text.kind === 'raw' && (await newestText(db, id, 'raw'))?.id === textId) {
          throw new AppError('conflict', 'The newest raw text goes with the recording only')
        }
        await deleteText(db, textId)
        await shop.charging?.release(db, { workId: textId })
        await settleStep(shop, db, row, text)
        await refreshSearch(db, id)
        await shop.notices.publish(db, { kind: 'stop', userId, id, textId })
        await shop.notices.publish(db, { kind: 'transcription', userId, id })
      })
      shop.active.stop(textId)
    },
  }
}
