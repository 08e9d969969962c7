/** The parts of a text as they are paid: by their share of what was read. Pure. */
import type { DeliveredPart } from '../charging.ts'
import type { PartAnswer, PartOutcome } from './asking.ts'

export interface PaidParts {
  readonly parts: readonly DeliveredPart[]
  /** Parts that failed, which cost nothing. */
  readonly missing: number
}

interface Answered {
  readonly path: string
  readonly text: string
  readonly answer: PartAnswer
}

const toPart = ({ path, text, answer }: Answered, share: number): DeliveredPart => ({
  path,
  content: text,
  share,
  provider: answer.facts.provider,
  model: answer.facts.model,
  costMicrocents: answer.facts.costMicrocents,
})

const answeredOf = ({ part, answer }: PartOutcome): Answered[] =>
  answer === undefined ? [] : [{ path: part.path, text: part.text, answer }]

/**
 * @param read what came of the parts of the source.
 * @param joining requests that read only what others wrote: their real cost counts, and the parts have paid for them.
 */
export const paidParts = (read: readonly PartOutcome[], joining: readonly PartOutcome[] = []): PaidParts => {
  const total = read.reduce((sum, { part }) => sum + part.text.length, 0) || 1
  return {
    parts: [
      ...read.flatMap(answeredOf).map((answered) => toPart(answered, answered.text.length / total)),
      ...joining.flatMap(answeredOf).map((answered) => toPart(answered, 0)),
    ],
    missing: read.filter(({ answer }) => answer === undefined).length,
  }
}
