/** Facts of many answers as the facts of the one text that was made of them. Pure. */
import { sayAlone } from '../../reasons.ts'
import type { AnswerFacts, Decision } from '../../gateway/index.ts'

/** What is kept of an answer's facts. Answers that were stored by an earlier version have no decision. */
export type AnswerFactsOfPart = Pick<
  AnswerFacts,
  'provider' | 'model' | 'originalModel' | 'fallbackUsed' | 'attempts' | 'notes' | 'costMicrocents'
> &
  Partial<Pick<AnswerFacts, 'decision'>>

export const factsOf = (answer: AnswerFacts): AnswerFactsOfPart => ({
  provider: answer.provider,
  model: answer.model,
  originalModel: answer.originalModel,
  fallbackUsed: answer.fallbackUsed,
  attempts: answer.attempts,
  notes: answer.notes,
  decision: answer.decision,
  costMicrocents: answer.costMicrocents,
})

/** Facts of an answer with the work of another one that was asked for as well and not taken. */
export const addFacts = (taken: AnswerFactsOfPart, other: AnswerFactsOfPart): AnswerFactsOfPart => ({
  ...taken,
  attempts: [...other.attempts, ...taken.attempts],
  costMicrocents:
    taken.costMicrocents === null || other.costMicrocents === null ? null : taken.costMicrocents + other.costMicrocents,
})

export interface CombinedFacts {
  readonly provider: string
  readonly model: string
  readonly originalModel: string | null
  readonly fallbackUsed: boolean
  readonly attempts: readonly AnswerFacts['attempts'][number][]
  readonly notes: readonly { readonly kind: string; readonly message: string }[]
  readonly decision: Decision | null
  /** Null when any part's cost is not known: an unknown cost is never counted as nothing. */
  readonly costMicrocents: number | null
}

interface WeighedFacts {
  readonly facts: AnswerFactsOfPart
  /** How much of the text it made, e.g. its letters. */
  readonly weight: number
}

const nameOf = ({ provider, model }: AnswerFactsOfPart): string => `${provider}/${model}`

/** The one that made most of it. */
const mainOf = (parts: readonly WeighedFacts[]): AnswerFactsOfPart | undefined => {
  const weights = new Map<string, number>()
  for (const { facts, weight } of parts) weights.set(nameOf(facts), (weights.get(nameOf(facts)) ?? 0) + weight)
  const [main] = [...weights].sort(([, a], [, b]) => b - a)
  return parts.find(({ facts }) => nameOf(facts) === main?.[0])?.facts
}

const sharedNotes = (parts: readonly WeighedFacts[]): CombinedFacts['notes'] => {
  const names = [...new Set(parts.map(({ facts }) => nameOf(facts)))]
  const notes: { kind: string; message: string }[] = parts.flatMap(({ facts }) =>
    facts.notes.map(({ kind, message }) => ({ kind, message })),
  )
  if (names.length > 1)
    notes.push({ kind: 'several-models', message: sayAlone('several-models', { list: names.join(', ') }) })
  return [...new Map(notes.map((note) => [`${note.kind} ${note.message}`, note])).values()]
}

const distinct = <Item>(items: readonly Item[]): Item[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
]

/** Limits and rests come and go while many parts are made: everybody who was ever meant or passed over is named once. */
const sharedDecision = (parts: readonly WeighedFacts[]): Decision | null => {
  const decisions = parts.flatMap(({ facts }) => facts.decision ?? [])
  const [first] = decisions
  if (first === undefined) return null
  return {
    ...first,
    targets: distinct(decisions.flatMap(({ targets }) => targets)),
    skipped: [
      ...new Map(
        decisions.flatMap(({ skipped }) => skipped).map((one) => [`${one.provider}/${one.model} ${one.kind}`, one]),
      ).values(),
    ],
  }
}

/** @returns null for no parts. */
export const combineFacts = (parts: readonly WeighedFacts[]): CombinedFacts | null => {
  const main = mainOf(parts)
  if (main === undefined) return null
  const costs = parts.map(({ facts }) => facts.costMicrocents)
  return {
    provider: main.provider,
    model: main.model,
    originalModel: main.originalModel ?? parts.find(({ facts }) => facts.originalModel)?.facts.originalModel ?? null,
    fallbackUsed: parts.some(({ facts }) => facts.fallbackUsed),
    attempts: parts.flatMap(({ facts }) => facts.attempts),
    notes: sharedNotes(parts),
    decision: sharedDecision(parts),
    costMicrocents: costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
  }
}
