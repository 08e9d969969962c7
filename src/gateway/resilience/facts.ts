/** The story of a request so far, and its telling in every answer and every error. */
import { AppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { RouteTarget, SkippedTarget } from '../routing/route.ts'
import type { Suggestions } from '../routing/suggest.ts'
import type { AnswerFacts } from '../types/answers.ts'
import type { Attempt, Decision, Note } from '../types/attempts.ts'
import type { ModelRow } from '../types/models.ts'

export interface Story {
  readonly requestId: string
  /** `provider/key` of the model asked for first, or the preference as it was given. */
  readonly asked: string
  readonly attempts: Attempt[]
  readonly notes: Note[]
  /** The model that the host put in the place of the one asked for. */
  readonly standIn: string | null
  /** Where the order of targets comes from. */
  readonly chain: string
  targets: readonly RouteTarget[]
  skipped: readonly SkippedTarget[]
  suggested: Suggestions
  /** How it ended, when nobody answered. */
  failure: AppError | null
}

const nameOf = (row: Pick<ModelRow, 'provider' | 'key'>): string => `${row.provider}/${row.key}`

export const createStory = (
  requestId: string,
  asked: string,
  { chain = 'routing', standIn = null }: { readonly chain?: string; readonly standIn?: ModelRow | null } = {},
): Story => ({
  requestId,
  asked,
  standIn: standIn && nameOf(standIn),
  attempts: [],
  notes: [],
  chain,
  targets: [],
  skipped: [],
  suggested: { suggestions: [] },
  failure: null,
})

/** Null as soon as one attempt that was billed has no known price: a sum with a hole in it would look cheap. */
const sumCosts = (attempts: readonly Attempt[]): number | null => {
  const billed = attempts.filter((attempt) => attempt.usage !== null)
  if (billed.length === 0) return null
  return billed.reduce<number | null>(
    (sum, { costMicrocents }) => (sum === null || costMicrocents === null ? null : sum + costMicrocents),
    0,
  )
}

const fallbackNote = (story: Story, row: ModelRow): Note => {
  const first = story.attempts.find((attempt) => attempt.outcome !== 'answered')
  const skipped = story.skipped.find((one) => `${one.provider}/${one.model}` === story.asked)
  const why = first?.errorMessage ?? skipped?.reason ?? 'it was not available'
  return { kind: 'fallback', message: `Primary model unavailable (${story.asked}: ${why}), answered by ${nameOf(row)}` }
}

/** Nobody is answered by another model without being told. */
const standInNotes = (story: Story, row: ModelRow): readonly Note[] => {
  if (story.standIn === null || nameOf(row) !== story.standIn) return []
  const reason = story.attempts.find(({ provider, model }) => provider === row.provider && model === row.key)?.reason
  return [
    {
      kind: 'substituted',
      message: reason ?? sayReason('stands-in', { candidate: story.standIn, control: story.asked }),
    },
  ]
}

/** What was decided so far. Whoever was refused at the door is skipped too: a rest or a limit began in between. */
export const toDecision = (story: Story): Decision => ({
  asked: story.asked,
  chain: story.chain,
  targets: story.targets.map(({ row, reason }) => ({ provider: row.provider, model: row.key, reason })),
  skipped: [
    ...story.skipped.map(({ provider, model, kind, reason }) => ({ provider, model, kind, reason })),
    ...story.attempts
      .filter(({ outcome }) => outcome === 'skipped')
      .map(({ provider, model, errorMessage }) => ({ provider, model, kind: 'resting', reason: errorMessage ?? '' })),
  ],
})

export const toFacts = (
  story: Story,
  row: ModelRow,
  servedModel: string | null,
  notes: readonly Note[] = [],
): AnswerFacts => {
  const isAuto = /^auto(:|$)/i.test(story.asked)
  const fallbackUsed = isAuto
    ? story.attempts.some((one) => one.outcome === 'failed')
    : nameOf(row) !== (story.standIn ?? story.asked)
  return {
    requestId: story.requestId,
    provider: row.provider,
    model: row.key,
    servedModel,
    originalModel: fallbackUsed || nameOf(row) === story.standIn ? story.asked : null,
    fallbackUsed,
    attempts: [...story.attempts],
    notes: [...story.notes, ...notes, ...(fallbackUsed ? [fallbackNote(story, row)] : []), ...standInNotes(story, row)],
    decision: toDecision(story),
    costMicrocents: sumCosts(story.attempts),
  }
}

/** The facts of a request that nobody answered: the model asked last, or the one asked for. */
export const toFailedFacts = (story: Story): AnswerFacts => {
  const last = story.attempts.findLast((attempt) => attempt.outcome !== 'skipped') ?? story.attempts.at(-1)
  const slash = story.asked.indexOf('/')
  return {
    requestId: story.requestId,
    provider: last?.provider ?? (slash > 0 ? story.asked.slice(0, slash) : ''),
    model: last?.model ?? story.asked.slice(slash + 1),
    servedModel: null,
    originalModel: story.asked,
    fallbackUsed: false,
    attempts: [...story.attempts],
    notes: [...story.notes],
    decision: toDecision(story),
    costMicrocents: sumCosts(story.attempts),
  }
}

/** The same error with the request's story in its details. */
export const withStory = (error: AppError, story: Story): AppError =>
  new AppError(error.code, error.message, {
    cause: error.cause ?? error,
    details: {
      ...error.details,
      requestId: story.requestId,
      originalModel: story.asked,
      attempts: [...story.attempts],
      skipped: story.skipped,
      decision: toDecision(story),
      ...story.suggested,
    },
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  })
