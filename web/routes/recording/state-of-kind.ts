/** How a kind of text stands: from the newest text of it, or from the step that would make it. */
import type { StoredError } from '../../../src/http/contract/problem.ts'
import type { Transcription, TranscriptionText } from '../../../src/http/contract/transcriptions.ts'

export type Kind = TranscriptionText['kind']
export type KindState = 'absent' | 'waiting' | 'running' | 'done' | 'failed'

export const stepOfKind = {
  raw: 'recognize',
  cleaned: 'clean',
  enhanced: 'enhance',
  summary: 'summarize',
} as const satisfies Record<Kind, Transcription['steps'][number]['name']>

/** Newest first, whatever order they came in. */
export const textsOfKind = (recording: Pick<Transcription, 'texts'>, kind: Kind): TranscriptionText[] =>
  recording.texts
    .filter((text) => text.kind === kind)
    .toSorted((left, right) => right.createdAt.localeCompare(left.createdAt))

type Known = Pick<Transcription, 'texts' | 'steps' | 'status'>

export const stateOfKind = (recording: Known, kind: Kind): KindState => {
  const [newest] = textsOfKind(recording, kind)
  const step = recording.steps.find((candidate) => candidate.name === stepOfKind[kind])
  if (step?.status === 'running' || newest?.status === 'running') return 'running'
  if (step?.status === 'failed' || newest?.status === 'failed') return 'failed'
  if (newest?.status === 'done') return 'done'
  const working = recording.status === 'queued' || recording.status === 'running'
  return step?.status === 'pending' && working ? 'waiting' : 'absent'
}

/** Why the newest try gave nothing; null when it gave something. */
export const failureOfKind = (recording: Known, kind: Kind): StoredError | null => {
  if (stateOfKind(recording, kind) !== 'failed') return null
  const step = recording.steps.find((candidate) => candidate.name === stepOfKind[kind])
  return textsOfKind(recording, kind)[0]?.error ?? step?.error ?? null
}
