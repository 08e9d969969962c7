/** What a step of the pipeline is. */
import type { Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { AppError } from '../../errors.ts'
import type { Notice } from '../events.ts'
import type { StepName, TextKind } from '../types.ts'
import type { StoredTranscription } from '../views.ts'
import type { Work } from './work.ts'

/** Stored in one transaction with the step's end, so that a step is either done with its result or not done. */
export interface StepResult {
  readonly store?: (db: Transaction<Database>) => Promise<void>
  readonly notices?: readonly Notice[]
  /** The step failed, and what it made is worth keeping. */
  readonly error?: AppError
}

export interface PipelineStep {
  readonly name: StepName
  /** The text that it makes, for steps that make one. */
  readonly kind?: TextKind
  /** Its failure leaves the recording complete: the text is there without it. */
  readonly optional: boolean
  /** Whether there is nothing to do for this recording. */
  skip(row: StoredTranscription): boolean
  run(work: Work): Promise<StepResult>
}
