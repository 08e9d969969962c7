/** Which models a check of the catalog asks, at most how many, and at most for how much; and what came of it. */
import type { ErrorCode } from '../../errors.ts'

export interface ProbePlan {
  /** `unconfirmed`: listed where a list proves nothing, and never seen to answer. `active`: every model that is on. */
  readonly which: 'unconfirmed' | 'active'
  /** Questions of the whole run. */
  readonly most: number
  readonly budgetMicrocents: number
}

/** Of a run that says nothing else: short and cheap; the next one goes on with the rest. */
export const DEFAULT_PROBE_PLAN: ProbePlan = Object.freeze({
  which: 'unconfirmed',
  most: 40,
  budgetMicrocents: 50_000_000,
})

export const toProbePlan = (probe: ProbePlan | boolean | undefined): ProbePlan | null =>
  typeof probe === 'object' ? probe : probe === true ? DEFAULT_PROBE_PLAN : null

/** What was asked at one provider. */
export interface ProbeReport {
  readonly provider: string
  /** To be asked in this run, asked already or not. */
  readonly due: number
  readonly asked: number
  readonly answered: number
  /** Not asked, as number or budget of the run were used up. */
  readonly left: number
  /** Not asked, as what they cost is not known. */
  readonly unpriced: number
  readonly costMicrocents: number
  readonly failures: readonly { readonly key: string; readonly errorCode: ErrorCode; readonly message: string }[]
}
