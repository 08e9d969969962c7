/** All pieces are there: the raw text, what is to be said about it, and the change from the old recognition to the new. */
import type { Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { SpeechRegion } from '../../speech/engine.ts'
import type { ChargeFacts, OpenCharge } from '../charging.ts'
import { toExcerpt, toRawText } from '../raw-text.ts'
import { chargedPieces } from '../recognition/charged-pieces.ts'
import { coverageOf } from '../recognition/coverage.ts'
import { recognitionFacts, recognitionWarnings, spokenLanguage, toWarnings } from '../recognition/recognition-report.ts'
import { deleteRecognition, listPieces, listSegments, type StoredPiece } from '../store/pieces.store.ts'
import { refreshSearch } from '../store/search.store.ts'
import { toJson } from '../store/stored-text.ts'
import { insertText, newText } from '../store/texts.store.ts'
import { nextRevision, updateTranscription } from '../store/transcriptions.store.ts'
import { addWarnings, withoutWarnings } from '../store/warnings.store.ts'
import type { Segment } from '../types.ts'
import type { StepResult } from '../work/pipeline-step.ts'
import type { Work } from '../work/work.ts'

/** The language of the recording, as far as it is known. */
export interface Heard {
  readonly language: string | null
  readonly probability: number | null
}

export interface FinishedRecognition {
  readonly work: Work
  readonly of: { readonly transcriptionId: string; readonly generation: number }
  readonly engine: string
  readonly model: string
  /** `auto` or a code. */
  readonly chosenLanguage: string
  readonly regions: readonly SpeechRegion[]
  readonly durationMs: number
  /** Null when nothing is taken for it. */
  readonly charge: OpenCharge | null
}

const languageOf = (chosen: string, pieces: readonly StoredPiece[]): Heard =>
  chosen === 'auto'
    ? (spokenLanguage(pieces) ?? { language: null, probability: null })
    : { language: chosen, probability: null }

const piecesPaid = ({ engine, model }: FinishedRecognition, pieces: readonly StoredPiece[]) =>
  chargedPieces(pieces, pieces, { provider: engine, model })

const rawTextRow = (
  finished: FinishedRecognition,
  {
    content,
    pieces,
    id,
    paid,
  }: { content: string; pieces: readonly StoredPiece[]; id: string; paid: ChargeFacts | null },
) => {
  const facts = recognitionFacts(pieces)
  const { work, engine, model, chosenLanguage } = finished
  return {
    ...newText({
      id,
      transcriptionId: work.id,
      kind: 'raw' as const,
      options: { language: chosenLanguage, engine: `${engine}/${model}` },
      now: new Date(work.shop.clock.now()),
    }),
    status: 'done',
    content,
    complete: true,
    provider: facts?.provider ?? engine,
    model: facts?.model ?? model,
    original_model: facts?.originalModel ?? null,
    fallback_used: facts?.fallbackUsed ?? false,
    notes: toJson(facts?.notes ?? []),
    attempts: toJson(facts?.attempts ?? []),
    cost_microcents: facts?.costMicrocents ?? null,
    charge: paid === null ? null : toJson(paid),
    duration_ms: finished.durationMs,
  }
}

const store = async (
  db: Transaction<Database>,
  finished: FinishedRecognition,
  { pieces, segments, textId }: { pieces: readonly StoredPiece[]; segments: readonly Segment[]; textId: string },
): Promise<void> => {
  const { work, of, regions } = finished
  const heard = languageOf(finished.chosenLanguage, pieces)
  const coverage = coverageOf(regions, segments)
  const content = toRawText(segments, heard.language)
  await updateTranscription(db, work.id, {
    generation: of.generation,
    language: heard.language,
    language_probability: heard.probability,
    engine: finished.engine,
    speech_model: finished.model,
    coverage: toJson(coverage),
    excerpt: toExcerpt(content),
  })
  await nextRevision(db, work.id)
  await withoutWarnings(db, work.id, recognitionWarnings)
  const known = heard.language === null ? null : { language: heard.language, probability: heard.probability }
  await addWarnings(db, work.id, toWarnings(pieces, known, coverage))
  const paid = (await finished.charge?.settle(db, piecesPaid(finished, pieces), 0)) ?? null
  await insertText(db, rawTextRow(finished, { content, pieces, id: textId, paid }))
  await deleteRecognition(db, of, 'others')
  await refreshSearch(db, work.id)
}

export const finishRecognition = async (finished: FinishedRecognition): Promise<StepResult> => {
  const { work, of } = finished
  const pieces = await listPieces(work.shop.db, of)
  const segments = await listSegments(work.shop.db, of, { after: -1 })
  const textId = work.shop.newId()
  return {
    store: (db) => store(db, finished, { pieces, segments, textId }),
    notices: [
      { kind: 'text', userId: work.userId, id: work.id, textId },
      { kind: 'transcription', userId: work.userId, id: work.id },
    ],
  }
}
