/** The durable units of recognition, and the segments that grow from them in order. */
import { sql } from 'kysely'
import type { AudioWindow, WindowNote } from '../../speech/engine.ts'
import type { Segment, Word } from '../types.ts'
import { toSegment } from '../views.ts'
import { storable, toJson } from './stored-text.ts'
import type { Executor } from './transcriptions.store.ts'

/** A stretch of the recording that is recognized at once. */
export interface Piece {
  readonly index: number
  readonly startSecond: number
  readonly endSecond: number
  /** The windows of speech in it, in order. */
  readonly windows: readonly AudioWindow[]
}

export interface PieceSegment {
  readonly text: string
  readonly startSecond: number
  readonly endSecond: number
  readonly speaker: string | null
  readonly words: readonly Word[]
}

/** What recognition gave for one piece, with times from the start of the recording. */
export interface PieceResult {
  readonly language: string | null
  readonly languageProbability: number | null
  readonly segments: readonly PieceSegment[]
  readonly notes: readonly (Omit<WindowNote, 'kind'> & { readonly kind: string })[]
  /** Facts of the request, where a provider recognized it. */
  readonly facts?: Readonly<Record<string, unknown>>
}

export interface StoredPiece extends Piece {
  readonly result: PieceResult | null
  readonly recognitionCount: number
}

interface Recognition {
  readonly transcriptionId: string
  readonly generation: number
}

export const insertPieces = async (db: Executor, of: Recognition, pieces: readonly Piece[]): Promise<void> => {
  // Twelve hours are 1,500 windows; the protocol takes 65,535 values in a statement.
  for (let from = 0; from < pieces.length; from += 1000) {
    const rows = pieces.slice(from, from + 1000).map((piece) => ({
      transcription_id: of.transcriptionId,
      generation: of.generation,
      index: piece.index,
      start_second: piece.startSecond,
      end_second: piece.endSecond,
      windows: toJson(piece.windows),
      result: null,
      recognized_at: null,
    }))
    await db.insertInto('transcription_pieces').values(rows).execute()
  }
}

export const listPieces = async (db: Executor, of: Recognition): Promise<StoredPiece[]> => {
  const rows = await db
    .selectFrom('transcription_pieces')
    .selectAll()
    .where('transcription_id', '=', of.transcriptionId)
    .where('generation', '=', of.generation)
    .orderBy('index')
    .execute()
  return rows.map((row) => ({
    index: row.index,
    startSecond: row.start_second,
    endSecond: row.end_second,
    windows: row.windows as AudioWindow[],
    result: row.result as PieceResult | null,
    recognitionCount: row.recognition_count,
  }))
}

export const storePiece = async (
  db: Executor,
  of: Recognition,
  { index, result, now }: { index: number; result: PieceResult; now: Date },
): Promise<void> => {
  await db
    .updateTable('transcription_pieces')
    .set((row) => ({
      result: toJson(result),
      recognized_at: now,
      recognition_count: row('recognition_count', '+', 1),
    }))
    .where('transcription_id', '=', of.transcriptionId)
    .where('generation', '=', of.generation)
    .where('index', '=', index)
    .execute()
}

/** Pieces come in any order, segments are numbered in the order of the recording: this is how far they go. */
export const segmentFrontier = async (
  db: Executor,
  of: Recognition,
): Promise<{ nextIndex: number; nextPiece: number }> => {
  const row = await db
    .selectFrom('transcription_segments')
    .select([
      sql<number>`coalesce(max(index), -1) + 1`.as('nextIndex'),
      sql<number>`coalesce(max(piece_index), -1) + 1`.as('nextPiece'),
    ])
    .where('transcription_id', '=', of.transcriptionId)
    .where('generation', '=', of.generation)
    .executeTakeFirstOrThrow()
  return row
}

export const insertSegments = async (
  db: Executor,
  of: Recognition,
  segments: readonly (PieceSegment & { readonly index: number; readonly pieceIndex: number })[],
): Promise<void> => {
  for (let from = 0; from < segments.length; from += 1000) {
    const rows = segments.slice(from, from + 1000).map((segment) => ({
      transcription_id: of.transcriptionId,
      generation: of.generation,
      index: segment.index,
      piece_index: segment.pieceIndex,
      start_second: segment.startSecond,
      end_second: segment.endSecond,
      text: storable(segment.text),
      original_text: null,
      speaker: segment.speaker,
      words: toJson(segment.words),
    }))
    await db.insertInto('transcription_segments').values(rows).execute()
  }
}

/** Segments after an index, in order. */
export const listSegments = async (
  db: Executor,
  of: Recognition,
  page: { readonly after: number; readonly limit?: number },
): Promise<Segment[]> => {
  let query = db
    .selectFrom('transcription_segments')
    .selectAll()
    .where('transcription_id', '=', of.transcriptionId)
    .where('generation', '=', of.generation)
    .where('index', '>', page.after)
    .orderBy('index')
  if (page.limit !== undefined) query = query.limit(page.limit)
  return (await query.execute()).map(toSegment)
}

/** Everything recognized under a number, or under all others but it. */
export const deleteRecognition = async (
  db: Executor,
  of: Recognition,
  which: 'this' | 'others' = 'this',
): Promise<void> => {
  const comparison = which === 'this' ? '=' : '!='
  for (const table of ['transcription_segments', 'transcription_pieces'] as const) {
    await db
      .deleteFrom(table)
      .where('transcription_id', '=', of.transcriptionId)
      .where('generation', comparison, of.generation)
      .execute()
  }
}
