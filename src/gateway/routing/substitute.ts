/**
 * One model in the place of another for some of the callers, as the host decides: while a new model is tried, its users
 * are answered by it when they ask for the old one. The gateway knows no users; the host reads them from the labels.
 */
import type { ModelRow } from '../types/models.ts'

export interface Substitute {
  /** `provider/key` of the model under trial. */
  readonly candidate: string
  /** Whether this caller is answered by it. Those who are not are measured for comparison. */
  readonly takesPart: boolean
  /** For the record and the answer, in words a person can read. */
  readonly reason: string
  /** Added to the labels of the request, so that its measurements can be told apart. */
  readonly labels: Readonly<Record<string, string>>
}

/** Null when nothing is tried in place of this model. Called for each request that names a model; must not wait. */
export type Substitution = (row: ModelRow, labels: Readonly<Record<string, string>>) => Substitute | null

export const noSubstitution: Substitution = () => null
