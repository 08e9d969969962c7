/**
 * Who is asked next, through the life of one request: one budget of attempts and one deadline over all retries, keys
 * and fallbacks. Knows no wire, no stream and no answer; it hands out turns and hears how they failed.
 */
import { AppError } from '../../errors.ts'
import { sayAlone, sayReason } from '../../reasons.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { LearnedRule, LearnedRules } from '../catalog/learned-rules.ts'
import { addsNothing, mergeRules, rulesFor } from '../catalog/rules.ts'
import { learnRule, type RefusedRequest } from '../learned-rule.ts'
import { nextStep } from '../routing/next-step.ts'
import type { RouteTarget, SkippedTarget } from '../routing/route.ts'
import type { ModelRow } from '../types/models.ts'
import type { Door } from './admission.ts'
import { modelId, type Admission, type Refusal } from './gate.ts'
import { retryDelayMs } from './backoff.ts'
import { isSilence } from './blame.ts'
import type { GatewayPolicy } from './policy.ts'

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

interface Candidate {
  readonly row: ModelRow
  readonly reason: string
  /** How often something about the request was changed for this model. */
  readonly changes: number
  /** Rules that the request follows and that are not proved yet. */
  readonly lessons: readonly LearnedRule[]
  readonly excluded: ReadonlySet<string>
  readonly retries: number
  readonly notBeforeMs: number
  readonly lastResort: boolean
}

export interface ConductDeps {
  readonly clock: Clock
  readonly random: () => number
  readonly policy: GatewayPolicy
  readonly door: Door
  readonly catalog: Catalog
  readonly learned: LearnedRules
  readonly targets: readonly RouteTarget[]
  readonly skipped: readonly SkippedTarget[]
  /** Who comes after `targets`; asked once at most. */
  readonly more: () => readonly RouteTarget[]
  readonly interactive: boolean
  readonly signal: AbortSignal
  /** What the request has, so that only that is taken out. */
  readonly requestFor: (row: ModelRow) => RefusedRequest
  readonly adaptParameters: boolean
  /** The caller divides what is too long for the model that it wants. */
  readonly divides: boolean
  readonly inputTokens: (row: ModelRow) => number
  readonly outputTokens: (row: ModelRow) => number
  /** Hears of every target that was passed over, for the record. */
  readonly onSkipped: (target: { readonly row: ModelRow; readonly reason: string }, refusal: Refusal) => void
  readonly onLearned: (rule: LearnedRule) => void
}

/** A refusal names one field; with more of them gone it would be another request. */
const MOST_CHANGES = 3

const toCandidate = (target: RouteTarget, learned: LearnedRules): Candidate => ({
  row: learned.withLearned(target.row),
  reason: target.reason,
  changes: 0,
  lessons: [],
  excluded: new Set(),
  retries: 0,
  notBeforeMs: 0,
  lastResort: target.lastResort === true,
})

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
  const { clock, policy, door, learned } = deps
  let queue: readonly Candidate[] = deps.targets.map((target) => toCandidate(target, learned))
  const asked = new Map<Turn, Candidate>()
  let expanded = false
  const wants: ((row: ModelRow) => boolean)[] = []
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
  const first = (candidate: Candidate): void => {
    queue = [candidate, ...queue]
  }
  /** Rules out targets, those that are still to be looked up included. */
  const keepOnly = (wanted: (row: ModelRow) => boolean): void => {
    wants.push(wanted)
    queue = queue.filter((one) => wanted(one.row))
  }
  const refill = (): void => {
    if (expanded) return
    expanded = true
    const more = deps
      .more()
      .filter(({ row }) => wants.every((wanted) => wanted(row)))
      .map((target) => toCandidate(target, learned))
    queue = [...queue, ...more]
  }
  /** The last attempts are kept for the last resort: whatever was asked before it, and how often, it is asked too. */
  const makeWay = (): void => {
    if (queue.length === 0 || attemptsLeft <= 1) refill()
    const last = queue.filter(({ lastResort, retries }) => lastResort && retries === 0)
    if (last.length >= attemptsLeft) queue = [...last, ...queue.filter((one) => !last.includes(one))]
  }
  const admit = (candidate: Candidate): Promise<Admission | Refusal> => {
    const inputTokens = deps.inputTokens(candidate.row)
    return door.admit({
      row: candidate.row,
      inputTokens,
      tokens: inputTokens + deps.outputTokens(candidate.row),
      exclude: candidate.excluded,
      longestWaitMs: deps.interactive ? policy.queueMs.interactive : policy.queueMs.background,
      signal: deps.signal,
    })
  }

  const lowerCap = (candidate: Candidate, error: AppError): void => {
    const { row } = candidate
    const maxOutputTokens = error.details['outputLimit']
    const isNews = typeof maxOutputTokens === 'number' && maxOutputTokens < (row.maxOutputTokens ?? Infinity)
    if (!isNews) throw error
    deps.catalog.correct(row, { maxOutputTokens })
    first({ ...candidate, row: { ...row, maxOutputTokens }, changes: candidate.changes + 1 })
  }
  const withLesson = (candidate: Candidate, error: AppError): void => {
    if (!deps.adaptParameters || candidate.changes >= MOST_CHANGES) throw error
    if (error.details['reason'] === 'output-cap') return lowerCap(candidate, error)
    const { row } = candidate
    const lesson = learnRule(error, deps.requestFor(row))
    if (lesson === null || addsNothing(rulesFor(row.provider, row.key, row.rules), lesson.rules)) throw error
    const rule = { ...lesson, provider: row.provider, model: row.key, learnedAtMs: clock.now() }
    first({
      ...candidate,
      row: { ...row, rules: mergeRules(row.rules, rule.rules) },
      changes: candidate.changes + 1,
      lessons: [...candidate.lessons, rule],
    })
  }
  const sameTarget = (candidate: Candidate, error: AppError): void => {
    const delayMs = retryDelayMs(error, candidate.retries, policy, deps.random)
    if (delayMs === null || candidate.retries >= policy.sameTargetRetries) return
    first({ ...candidate, retries: candidate.retries + 1, notBeforeMs: clock.now() + delayMs })
  }
  const otherCredential = (candidate: Candidate, turn: Turn, error: AppError): void => {
    const { credential } = turn.admission.target
    const excluded = new Set([...candidate.excluded, ...(credential === null ? [] : [credential.id])])
    if (door.hasOther(candidate.row, excluded)) return first({ ...candidate, excluded })
    if (error.entry.retry === 'same-target') sameTarget(candidate, error)
  }
  const largerTarget = (candidate: Candidate, error: AppError): void => {
    const known = candidate.row.contextLength
    const told = error.details['contextLimit']
    const limit = typeof told === 'number' && told > 0 ? told : known
    if (typeof told === 'number' && told > 0 && told !== known)
      deps.catalog.correct(candidate.row, { contextLength: told })
    divide(error)
    if (limit !== null) keepOnly((row) => (row.contextLength ?? 0) > limit)
  }
  /** Only for the first that was asked: a stand-in that is too small is passed over. */
  const divide = (error: AppError): void => {
    if (deps.divides && firstFailure === error) throw error
  }

  const decide = (candidate: Candidate, turn: Turn, error: AppError): void => {
    switch (nextStep(error)) {
      case 'give-up':
        throw error
      case 'changed-request':
        return withLesson(candidate, error)
      case 'same-target':
        return sameTarget(candidate, error)
      case 'other-credential':
        return otherCredential(candidate, turn, error)
      case 'larger-target':
        return largerTarget(candidate, error)
      case 'other-target':
        if (error.code === 'provider-request-too-large') divide(error)
        if (isSilence(error.code) || error.code === 'provider-unreachable') {
          keepOnly((row) => row.provider !== candidate.row.provider)
        }
    }
  }

  return {
    async next() {
      for (;;) {
        deps.signal.throwIfAborted()
        makeWay()
        const [candidate, ...rest] = queue
        if (candidate === undefined || attemptsLeft <= 0) throw finalError()
        queue = rest
        const delayMs = candidate.notBeforeMs - clock.now()
        if (delayMs > 0) await clock.sleep(delayMs, deps.signal)
        const admission = await admit(candidate)
        if (!admission.admitted) {
          firstRefusal ??= refusalError(candidate.row, admission)
          deps.onSkipped(candidate, admission)
          continue
        }
        attemptsLeft -= 1
        const { row, reason } = candidate
        const turn: Turn = { row, reason: candidate.retries > 0 ? `${reason}, again` : reason, admission }
        asked.set(turn, candidate)
        return turn
      }
    },
    accepted(turn) {
      for (const rule of asked.get(turn)?.lessons ?? []) {
        learned.learn(rule)
        deps.onLearned(rule)
      }
    },
    failed(turn, error) {
      firstFailure ??= error
      const candidate = asked.get(turn)
      if (candidate === undefined) throw new Error(`not a turn of this request: ${modelId(turn.row)}`)
      decide(candidate, turn, error)
    },
    again(turn) {
      const candidate = asked.get(turn)
      if (candidate !== undefined) first(candidate)
    },
  }
}
