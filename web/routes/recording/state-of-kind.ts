/** How a kind of text stands: from the texts of it, or from the step that would make it. */
import type { StoredError } from '../../../src/http/contract/problem.ts'
import type { Transcription, TranscriptionText } from '../../../src/http/contract/transcriptions.ts'

export type Kind = TranscriptionText['kind']
export type KindState = 'absent' | 'waiting' | 'running' | 'done' | 'failed'
type StepName = Transcription['steps'][number]['name']

/** Kinds that the pipeline makes by itself; the others are made on request only. */
const stepOfKind: Partial<Record<Kind, StepName>> = {
  raw: 'recognize',
  cleaned: 'clean',
  enhanced: 'enhance',
  summary: 'summarize',
}
export const kindOfStep: Partial<Record<StepName, Exclude<Kind, 'raw' | 'cleaned'>>> = {
  enhance: 'enhanced',
  summarize: 'summary',
}

type Known = Pick<Transcription, 'texts' | 'steps' | 'status'>

/** Newest first, whatever order they came in. */
export const textsOfKind = (recording: Pick<Transcription, 'texts'>, kind: Kind): TranscriptionText[] =>
  recording.texts
    .filter((text) => text.kind === kind)
    .toSorted((left, right) => right.createdAt.localeCompare(left.createdAt))

const endMsOf = (text: TranscriptionText): number => Date.parse(text.createdAt) + (text.durationMs ?? 0)

/** Tries that gave nothing and that no later one has made good; several models may have been asked at once. */
export const failedTextsOf = (recording: Pick<Transcription, 'texts'>, kind: Kind): TranscriptionText[] => {
  const texts = textsOfKind(recording, kind)
  const later = texts.filter((text) => text.status !== 'failed').map((text) => Date.parse(text.createdAt))
  const failed = texts.filter((text) => text.status === 'failed')
  return failed.filter((text) => {
    const isLast = !failed.some((other) => Date.parse(other.createdAt) > endMsOf(text))
    return isLast && !later.some((createdMs) => createdMs > endMsOf(text))
  })
}

const stepOf = ({ steps }: Known, kind: Kind): Transcription['steps'][number] | undefined =>
  steps.find(({ name }) => name === stepOfKind[kind])

export const stateOfKind = (recording: Known, kind: Kind): KindState => {
  const texts = textsOfKind(recording, kind)
  const step = stepOf(recording, kind)
  if (step?.status === 'running' || texts.some((text) => text.status === 'running')) return 'running'
  if (failedTextsOf(recording, kind).length > 0) return 'failed'
  if (texts.some((text) => text.status === 'done')) return 'done'
  if (step?.status === 'failed') return 'failed'
  const working = recording.status === 'queued' || recording.status === 'running'
  return step?.status === 'pending' && working ? 'waiting' : 'absent'
}

/** Why a step failed before there was any text of it. */
export const stepFailureOf = (recording: Known, kind: Kind): StoredError | null =>
  textsOfKind(recording, kind).length === 0 && stateOfKind(recording, kind) === 'failed'
    ? (stepOf(recording, kind)?.error ?? null)
    : null
