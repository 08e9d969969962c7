/**
 * What a failure changes about who is asked next: the same model again with a changed request, later or with another key;
 * a larger one; another one. Throws the failure when no other call may follow.
 */
import type { AppError } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { addsNothing, mergeRules, rulesFor } from '../catalog/rules.ts'
import { learnRule, type RefusedRequest } from '../learned-rule.ts'
import { nextStep } from '../routing/next-step.ts'
import type { Credential } from '../types/credential.ts'
import type { ModelRow } from '../types/models.ts'
import type { Door } from './door/admission.ts'
import { retryDelayMs } from './backoff.ts'
import { isSilence } from './blame.ts'
import type { Candidate, Candidates } from './candidates.ts'
import type { GatewayPolicy } from './policy.ts'

export interface ReactionDeps {
  readonly clock: Clock
  readonly random: () => number
  readonly policy: GatewayPolicy
  readonly door: Pick<Door, 'hasOther'>
  readonly catalog: Pick<Catalog, 'correct'>
  /** What the request has, so that only that is taken out. */
  readonly requestFor: (row: ModelRow) => RefusedRequest
  readonly adaptParameters: boolean
  /** The caller divides what is too long for the model that it wants. */
  readonly divides: boolean
}

export interface FailedCall {
  readonly candidate: Candidate
  readonly credential: Credential | null
  readonly error: AppError
  /** Nothing of this request had failed before. */
  readonly isFirst: boolean
}

/** A refusal names one field; with more of them gone it would be another request. */
const MOST_CHANGES = 3

export const createReaction = (deps: ReactionDeps, candidates: Candidates): ((failed: FailedCall) => void) => {
  const { clock, policy, door, catalog } = deps

  const withLowerCap = ({ candidate, error }: FailedCall): void => {
    const { row, changes } = candidate
    const maxOutputTokens = error.details['outputLimit']
    const isNews = typeof maxOutputTokens === 'number' && maxOutputTokens < (row.maxOutputTokens ?? Infinity)
    if (!isNews) throw error
    catalog.correct(row, { maxOutputTokens })
    candidates.first({ ...candidate, row: { ...row, maxOutputTokens }, changes: changes + 1 })
  }
  const withLesson = (failed: FailedCall): void => {
    const { candidate, error } = failed
    const { row, changes, lessons } = candidate
    if (!deps.adaptParameters || changes >= MOST_CHANGES) throw error
    if (error.details['reason'] === 'output-cap') return withLowerCap(failed)
    const lesson = learnRule(error, deps.requestFor(row))
    if (lesson === null || addsNothing(rulesFor(row.provider, row.key, row.rules), lesson.rules)) throw error
    const rule = { ...lesson, provider: row.provider, model: row.key, learnedAtMs: clock.now() }
    const taught = { ...row, rules: mergeRules(row.rules, rule.rules) }
    candidates.first({ ...candidate, row: taught, changes: changes + 1, lessons: [...lessons, rule] })
  }
  const sameTarget = ({ candidate, error }: FailedCall): void => {
    const { retries } = candidate
    const delayMs = retryDelayMs(error, retries, policy, deps.random)
    if (delayMs === null || retries >= policy.sameTargetRetries) return
    candidates.first({ ...candidate, retries: retries + 1, notBeforeMs: clock.now() + delayMs })
  }
  const otherCredential = (failed: FailedCall): void => {
    const { candidate, credential, error } = failed
    const excluded = new Set([...candidate.excluded, ...(credential === null ? [] : [credential.id])])
    if (door.hasOther(candidate.row, excluded)) return candidates.first({ ...candidate, excluded })
    if (error.entry.retry === 'same-target') sameTarget(failed)
  }
  /** Only for the first that was asked: a stand-in that is too small is passed over. */
  const divide = ({ error, isFirst }: FailedCall): void => {
    if (deps.divides && isFirst) throw error
  }
  const largerTarget = (failed: FailedCall): void => {
    const { row } = failed.candidate
    const known = row.contextLength
    const told = failed.error.details['contextLimit']
    const isTold = typeof told === 'number' && told > 0
    if (isTold && told !== known) catalog.correct(row, { contextLength: told })
    divide(failed)
    const limit = isTold ? told : known
    if (limit !== null) candidates.keepOnly(({ contextLength }) => (contextLength ?? 0) > limit)
  }
  const otherTarget = (failed: FailedCall): void => {
    const { candidate, error } = failed
    if (error.code === 'provider-request-too-large') divide(failed)
    if (isSilence(error.code) || error.code === 'provider-unreachable')
      candidates.keepOnly(({ provider }) => provider !== candidate.row.provider)
  }

  return (failed) => {
    switch (nextStep(failed.error)) {
      case 'give-up':
        throw failed.error
      case 'changed-request':
        return withLesson(failed)
      case 'same-target':
        return sameTarget(failed)
      case 'other-credential':
        return otherCredential(failed)
      case 'larger-target':
        return largerTarget(failed)
      case 'other-target':
        return otherTarget(failed)
    }
  }
}
