/** What a person reads of their recordings. */
import { stat } from 'node:fs/promises'
import { AppError } from '../errors.ts'
import { isId } from '../lib/ids.ts'
import { exportLabels } from './export-labels.ts'
import { exportTranscription } from './exports/export-transcription.ts'
import { listOwned } from './store/list.store.ts'
import { listSegments } from './store/pieces.store.ts'
import { listSteps } from './store/steps.store.ts'
import { findText, listTexts, newestText, type StoredText } from './store/texts.store.ts'
import { findByUpload, findOwned } from './store/transcriptions.store.ts'
import type { TimedPiece } from './texts/made-text.ts'
import type { Transcriptions } from './transcriptions.ts'
import { textKinds, type Segment, type TextKind, type Transcription } from './types.ts'
import { toSummary, toTranscription, type ListedTranscription } from './views.ts'
import type { Workshop } from './work/work.ts'

type Reading = Pick<Transcriptions, 'findByUpload' | 'list' | 'get' | 'segments' | 'media' | 'export'>

export const noSuchRecording = (): AppError => new AppError('not-found', 'There is no such recording')

/** The user's recording; somebody else's is as good as none. */
export const requireOwned = async (
  { db }: Pick<Workshop, 'db'>,
  userId: string,
  id: string,
): Promise<ListedTranscription> => {
  const row = isId(id) ? await findOwned(db, userId, id) : undefined
  if (row === undefined) throw noSuchRecording()
  return row
}

const readWhole = async ({ db }: Pick<Workshop, 'db'>, row: ListedTranscription): Promise<Transcription> =>
  toTranscription(row, await listSteps(db, row.id), await listTexts(db, row.id))

/** The recording as it is now. */
export const readTranscription = async (
  shop: Pick<Workshop, 'db'>,
  userId: string,
  id: string,
): Promise<Transcription> => readWhole(shop, await requireOwned(shop, userId, id))

const kinds: readonly string[] = textKinds

const findWanted = async ({ db }: Workshop, id: string, wanted: string): Promise<StoredText> => {
  const text = kinds.includes(wanted)
    ? await newestText(db, id, wanted as TextKind)
    : isId(wanted)
      ? await findText(db, id, wanted)
      : undefined
  if (text?.status !== 'done') throw new AppError('not-found', 'There is no finished text of this kind')
  return text
}

/** The raw text is its segments; an earlier recognition's segments are gone, its text as a whole is not. */
const segmentsFor = (row: ListedTranscription, text: StoredText, segments: Segment[], newestRaw: boolean): Segment[] =>
  text.kind !== 'raw' || newestRaw
    ? segments
    : [{ index: 0, startSecond: 0, endSecond: row.duration_second ?? 0, text: text.content, speaker: null, words: [] }]

export const createReading = (shop: Workshop): Reading => ({
  async findByUpload(userId, uploadId) {
    const row = await findByUpload(shop.db, userId, uploadId)
    return row === undefined ? null : readWhole(shop, row)
  },
  async list(userId, query) {
    const { rows, nextCursor, total } = await listOwned(shop.db, userId, query)
    return { items: rows.map(toSummary), nextCursor, total }
  },
  get: (userId, id) => readTranscription(shop, userId, id),
  async segments(userId, id, { after, limit }) {
    const row = await requireOwned(shop, userId, id)
    const found = await listSegments(
      shop.db,
      { transcriptionId: id, generation: row.generation },
      { after, limit: limit + 1 },
    )
    const items = found.slice(0, limit)
    return { items, nextAfter: found.length > limit ? (items.at(-1)?.index ?? null) : null, revision: row.revision }
  },
  async media(userId, id) {
    const row = await requireOwned(shop, userId, id)
    const path = shop.files.recordingPath(id)
    const { size } = await stat(path).catch((cause: unknown) => {
      throw new AppError('not-found', 'The recording’s file is not there any more', { cause })
    })
    return { path, mediaType: row.media_type, sizeBytes: size, fileName: row.file_name }
  },
  async export(userId, id, { text: wanted, format, locale = 'en' }) {
    const row = await requireOwned(shop, userId, id)
    const text = await findWanted(shop, id, wanted)
    const newestRaw = text.kind === 'raw' && (await newestText(shop.db, id, 'raw'))?.id === text.id
    const segments = await listSegments(shop.db, { transcriptionId: id, generation: row.generation }, { after: -1 })
    return exportTranscription(
      {
        title: row.title,
        fileName: row.file_name,
        language: row.language,
        durationSecond: row.duration_second,
        createdAt: row.created_at.toISOString(),
        kind: text.kind as TextKind,
        content: text.content,
        timed: text.timed as TimedPiece[] | null,
        edited: text.edited,
        segments: segmentsFor(row, text, segments, newestRaw),
        speakers: row.speakers as Record<string, string>,
        provider: text.provider,
        model: text.model,
        missing: text.missing as string[],
        labels: exportLabels(text.kind as TextKind, locale),
      },
      format,
    )
  },
})
