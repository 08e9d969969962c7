/**
 * Who is asked next, through the life of one request: one budget of attempts and one deadline over all retries, keys
 * and fallbacks. Knows no wire, no stream and no answer; it hands out turns and hears how they failed.
 */
import { AppError } from '../../errors.ts'
import { sayAlone, sayReason } from '../../reasons.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { LearnedRule } from '../catalog/learned-rules.ts'
import type { SkippedTarget } from '../routing/route.ts'
import type { ModelRow } from '../types/models.ts'
import type { Door } from './door/admission.ts'
import { createCandidates, type Candidate, type CandidatesDeps } from './candidates.ts'
import { modelId, type Admission, type Refusal } from './door/gate.ts'
import { createReaction, type ReactionDeps } from './reaction.ts'

/** Leave to make one call. */
export interface Turn {
  /** With the rules that were learned about it. */
  readonly row: ModelRow
  readonly reason: string
  readonly admission: Admission
}

export interface Conduct {
  /** The next call to make. Throws the error that the caller should see when there is none. */
  next(): Promise<Turn>
  /** The model took the request: what was changed for it on the way is a rule from now on. */
  accepted(turn: Turn): void
  /** Takes note of a failure. Throws it when no other call may follow. */
  failed(turn: Turn, error: AppError): void
  /** Gives the same target one more turn, as something about the request was changed for it. */
  again(turn: Turn): void
}

export interface ConductDeps extends CandidatesDeps, ReactionDeps {
  readonly door: Door
  readonly catalog: Catalog
  readonly skipped: readonly SkippedTarget[]
  readonly interactive: boolean
  readonly signal: AbortSignal
  readonly inputTokens: (row: ModelRow) => number
  readonly outputTokens: (row: ModelRow) => number
  /** Hears of every target that was passed over, for the record. */
  readonly onSkipped: (target: { readonly row: ModelRow; readonly reason: string }, refusal: Refusal) => void
  readonly onLearned: (rule: LearnedRule) => void
}

const refusalError = (row: ModelRow, refusal: Refusal): AppError =>
  new AppError(refusal.code, refusal.message, {
    details: { provider: row.provider, model: row.key },
    ...(refusal.waitMs === null ? {} : { retryAfterMs: refusal.waitMs }),
  })

const skippedError = (skipped: SkippedTarget): AppError =>
  new AppError(
    skipped.code,
    sayReason('not-asked', { model: `${skipped.provider}/${skipped.model}`, why: skipped.reason }),
    {
      details: { provider: skipped.provider, model: skipped.model, ...skipped.details },
    },
  )

export const createConduct = (deps: ConductDeps): Conduct => {
  const { clock, policy, door, learned, signal } = deps
  const candidates = createCandidates(deps)
  const react = createReaction(deps, candidates)
  const asked = new Map<Turn, Candidate>()
  let attemptsLeft = policy.maxAttempts
  let firstFailure: AppError | null = null
  let firstRefusal: AppError | null = null

  /** What the caller sees in the end: how the model failed that was wanted, not how its last stand-in did. */
  const finalError = (): AppError => {
    const skipped = deps.skipped[0]
    if (firstFailure !== null) return firstFailure
    if (skipped !== undefined && firstRefusal === null) return skippedError(skipped)
    return firstRefusal ?? new AppError('no-target', sayAlone('nobody-left'))
  }
  const admit = (candidate: Candidate): Promise<Admission | Refusal> => {
    const inputTokens = deps.inputTokens(candidate.row)
    return door.admit({
      row: candidate.row,
      inputTokens,
      tokens: inputTokens + deps.outputTokens(candidate.row),
      exclude: candidate.excluded,
      longestWaitMs: deps.interactive ? policy.queueMs.interactive : policy.queueMs.background,
      signal,
    })
  }
  const toTurn = (candidate: Candidate, admission: Admission): Turn => {
    const { row, reason, retries } = candidate
    const turn: Turn = { row, reason: retries > 0 ? `${reason}, again` : reason, admission }
    asked.set(turn, candidate)
    return turn
  }

  return {
    async next() {
      for (;;) {
        signal.throwIfAborted()
        const candidate = candidates.take(attemptsLeft)
        if (candidate === undefined) throw finalError()
        const delayMs = candidate.notBeforeMs - clock.now()
        if (delayMs > 0) await clock.sleep(delayMs, signal)
        const admission = await admit(candidate)
        if (admission.admitted) {
          attemptsLeft -= 1
          return toTurn(candidate, admission)
        }
        firstRefusal ??= refusalError(candidate.row, admission)
        deps.onSkipped(candidate, admission)
      }
    },
    accepted(turn) {
      for (const rule of asked.get(turn)?.lessons ?? []) {
        learned.learn(rule)
        deps.onLearned(rule)
      }
    },
    failed(turn, error) {
      const candidate = asked.get(turn)
      firstFailure ??= error
      if (candidate === undefined) throw new Error(`not a turn of this request: ${modelId(turn.row)}`)
      react({ candidate, credential: turn.admission.target.credential, error, isFirst: firstFailure === error })
    },
    again(turn) {
      const candidate = asked.get(turn)
      if (candidate !== undefined) candidates.first(candidate)
    },
  }
}
