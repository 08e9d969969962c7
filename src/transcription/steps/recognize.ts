/**
 * Sound to words, piece by piece.
 *
 * Each piece is stored when it comes and never recognized again; the text grows in the order of the recording. A new
 * recognition of a recording that has a text grows under a new number and replaces the old one when it is whole.
 */
import type { Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { SpeechSegmentation } from '../../speech/engine.ts'
import type { OpenCharge } from '../charging.ts'
import { toRawText, toExcerpt } from '../raw-text.ts'
import { openRecognizer } from '../recognition/open-recognizer.ts'
import type { Recognizer } from '../recognition/recognizer.ts'
import { chargedPieces, secondsOf } from '../recognition/charged-pieces.ts'
import { createSegmentGrowth, type SegmentGrowth } from '../recognition/segment-growth.ts'
import { insertPieces, insertSegments, listPieces, segmentFrontier, storePiece } from '../store/pieces.store.ts'
import type { PieceResult, StoredPiece } from '../store/pieces.store.ts'
import { findById, updateTranscription } from '../store/transcriptions.store.ts'
import type { StoredTranscription } from '../views.ts'
import type { PipelineStep } from '../work/pipeline-step.ts'
import { isLost, optionsOf, type Work } from '../work/work.ts'
import { ensureWorkFile } from './audio.ts'
import { finishRecognition, type Heard } from './finish-recognition.ts'

interface Run {
  readonly work: Work
  readonly row: StoredTranscription
  readonly recognizer: Recognizer
  readonly of: { readonly transcriptionId: string; readonly generation: number }
  /** Whether the page shows this recognition while it grows. */
  readonly visible: boolean
}

/** A run whose cost is reserved. */
interface PaidRun extends Run {
  readonly all: readonly StoredPiece[]
  readonly charge: OpenCharge | null
}

const segmentationOf = (row: StoredTranscription): SpeechSegmentation => row.segmentation as SpeechSegmentation

/** The pieces as they were cut when this recognition began. */
const ensurePieces = async ({ work, row, recognizer, of }: Run): Promise<StoredPiece[]> => {
  const stored = await listPieces(work.shop.db, of)
  if (stored.length > 0) return stored
  const planned = recognizer.plan(segmentationOf(row))
  await work.store((db) => insertPieces(db, of, planned))
  return planned.map((piece) => ({ ...piece, result: null, recognitionCount: 0 }))
}

/** Chosen, or heard by the engine, or null when only the results tell. */
const decideLanguage = async ({ work, row, recognizer }: Run, pieces: readonly StoredPiece[]): Promise<Heard> => {
  const { language } = optionsOf(row)
  if (language !== 'auto') return { language, probability: null }
  // An interrupted run has decided, and its pieces say what.
  const known = pieces.find(({ result }) => result?.language != null)?.result
  if (known?.language != null && recognizer.engine === 'local') {
    return { language: known.language, probability: known.languageProbability }
  }
  const heard = await recognizer.detectLanguage(work.shop.files.workPath(work.id), pieces, work.signal)
  if (heard === null) return { language: null, probability: null }
  await work.store(
    (db) => updateTranscription(db, work.id, { language: heard.language, language_probability: heard.probability }),
    { kind: 'transcription', userId: work.userId, id: work.id },
  )
  return heard
}

/** What pages show of the growing text. */
const growthNotices = ({ work, visible }: Run, grown: readonly { readonly index: number }[]) => {
  const [first, last] = [grown[0], grown.at(-1)]
  if (!visible || first === undefined || last === undefined) return []
  return [
    { kind: 'segments' as const, userId: work.userId, id: work.id, after: first.index - 1, to: last.index },
    ...(first.index === 0 ? [{ kind: 'transcription' as const, userId: work.userId, id: work.id }] : []),
  ]
}

/** What pages show is delivered, and paid with it. A recognition that grows unseen is paid when it is whole. */
const takeFor = async (
  { charge, visible, all, recognizer }: PaidRun,
  db: Transaction<Database>,
  { index, result }: { index: number; result: PieceResult },
): Promise<void> => {
  const piece = all.find((one) => one.index === index)
  if (charge === null || !visible || piece === undefined) return
  const asked = { provider: recognizer.engine, model: recognizer.model }
  await charge.take(db, chargedPieces([{ ...piece, result }], all, asked))
}

const storeResult = async (
  run: PaidRun,
  growth: SegmentGrowth,
  { index, result }: { index: number; result: PieceResult },
): Promise<void> => {
  const { work, of, visible } = run
  const grown = growth.add(index, result)
  await work.store(
    async (db) => {
      await storePiece(db, of, { index, result, now: new Date(work.shop.clock.now()) })
      await insertSegments(db, of, grown)
      await takeFor(run, db, { index, result })
      if (visible && grown[0]?.index === 0) {
        await updateTranscription(db, work.id, { excerpt: toExcerpt(toRawText(grown, result.language)) })
      }
    },
    ...growthNotices(run, grown),
  )
}

/** Segments of pieces that are stored and, by chance of the moment of a kill, not in the text. */
const replayStored = async (run: Run, growth: SegmentGrowth, pieces: readonly StoredPiece[]): Promise<void> => {
  const grown = pieces.flatMap(({ index, result }) => (result === null ? [] : growth.add(index, result)))
  if (grown.length > 0) await run.work.store((db) => insertSegments(db, run.of, grown), ...growthNotices(run, grown))
}

const recognizeMissing = async (run: PaidRun, pieces: readonly StoredPiece[], heard: Heard): Promise<void> => {
  const { work, row, recognizer, of } = run
  const growth = createSegmentGrowth(await segmentFrontier(work.shop.db, of))
  await replayStored(run, growth, pieces)
  const missing = pieces.filter(({ result }) => result === null)
  const lengths = new Map(missing.map((piece) => [piece.index, secondsOf([piece])]))
  // Silence between the pieces counts as done with the piece before it, so that the end is the recording's end.
  const scale = (row.duration_second ?? 0) / (secondsOf(pieces) || 1)
  let done = secondsOf(pieces) - secondsOf(missing)
  const report = work.progress('recognize', { totalSecond: row.duration_second, startSecond: done * scale })
  report(done * scale)
  const { signal } = work
  const workPath = work.shop.files.workPath(work.id)
  for await (const piece of recognizer.recognize({ workPath, pieces: missing, language: heard.language, signal })) {
    const result = withProbability(piece.result, heard)
    await storeResult(run, growth, { index: piece.index, result })
    done += lengths.get(piece.index) ?? 0
    report(done * scale)
  }
  work.signal.throwIfAborted()
}

/** An engine that was told the language says it is sure; the detection knows better. */
const withProbability = (result: PieceResult, heard: Heard): PieceResult =>
  heard.probability === null ? result : { ...result, languageProbability: heard.probability }

const beginCharge = async (
  { work, recognizer, of }: Run,
  pieces: readonly StoredPiece[],
): Promise<OpenCharge | null> => {
  const { charging } = work.shop
  if (charging === undefined || pieces.length === 0) return null
  return charging.begin({
    userId: work.userId,
    transcriptionId: work.id,
    workId: `${work.id}:${of.generation}`,
    operation: 'transcription',
    model: `${recognizer.engine}/${recognizer.model}`,
    size: { characters: null, seconds: secondsOf(pieces) },
  })
}

/**
 * Who stops the work gives back what is reserved, but may have come a moment before it was reserved. Whoever takes it over
 * goes on with that.
 */
const releaseIfStopped = async (work: Work): Promise<void> => {
  const { charging, db: pool } = work.shop
  if (charging === undefined) return
  await pool.transaction().execute(async (db) => {
    const row = await findById(db, work.id)
    if (row === undefined || (row.status !== 'queued' && row.status !== 'running'))
      await charging.release(db, { transcriptionId: work.id })
  })
}

const releasedOnFailure = async (work: Work, charge: OpenCharge | null, run: () => Promise<void>): Promise<void> => {
  try {
    await run()
  } catch (thrown) {
    if (work.signal.aborted || isLost(thrown)) await releaseIfStopped(work)
    else await charge?.release()
    throw thrown
  } finally {
    charge?.leave()
  }
}

export const recognize: PipelineStep = {
  name: 'recognize',
  optional: false,
  skip: () => false,
  async run(work) {
    const row = await work.row()
    const labels = { userId: work.userId, operation: 'transcription', transcriptionId: work.id }
    const recognizer = await openRecognizer(work.shop, optionsOf(row).engine, labels)
    const generation = row.next_generation
    const of = { transcriptionId: row.id, generation }
    const run: Run = { work, row, recognizer, of, visible: generation === row.generation }
    const startedAtMs = work.shop.clock.now()
    const pieces = await ensurePieces(run)
    const charge = await beginCharge(run, pieces)
    if (pieces.length > 0) {
      await releasedOnFailure(work, charge, async () => {
        await ensureWorkFile(work)
        await recognizeMissing({ ...run, all: pieces, charge }, pieces, await decideLanguage(run, pieces))
      })
    }
    return finishRecognition({
      work,
      of,
      engine: recognizer.engine,
      model: recognizer.model,
      chosenLanguage: optionsOf(row).language,
      regions: segmentationOf(row).regions,
      durationMs: work.shop.clock.now() - startedAtMs,
      charge,
    })
  },
}
