/** Many parts, a few at a time, in their order at the end. */
import { inParallel } from '../recognition/in-parallel.ts'
import { askDivided } from './ask-divided.ts'
import type { Asking, Part, PartOutcome } from './asking.ts'
import { mayPass, type TextWork } from './text-work.ts'

/** The gateway waits for rate limits by itself; more at once would only wait there. */
const PARALLEL = 3

/** A failure that every other part would meet as well: asking on costs time and tells nothing. */
const endsAll = ({ error }: PartOutcome): boolean =>
  error !== undefined && error.entry.retry === 'never' && error.code !== 'content-refused'

/** The outcomes of each part by its path. */
type Outcomes = Map<string, PartOutcome[]>

const askEach = async (
  work: TextWork,
  parts: readonly Part[],
  asking: Asking,
  onDone: (part: Part, outcomes: readonly PartOutcome[]) => void,
): Promise<Outcomes> => {
  const outcomes: Outcomes = new Map()
  let stopped: PartOutcome | undefined
  const ask = async (part: Part, signal: AbortSignal): Promise<void> => {
    const result =
      stopped?.error === undefined
        ? await askDivided({ ...work, signal }, part, asking)
        : [{ part, error: stopped.error }]
    outcomes.set(part.path, result)
    stopped ??= result.find(endsAll)
    onDone(part, result)
  }
  for await (const _ of inParallel(parts, PARALLEL, work.signal, ask)) void _
  return outcomes
}

/** Parts that failed for a reason that passes. */
const leftBy = (outcomes: readonly PartOutcome[]): Part[] =>
  outcomes.flatMap(({ part, error }) => (error && mayPass(error) ? [part] : []))

/**
 * The outcomes of all parts in their order. Those that failed before anybody had answered anything, when a failure is told
 * at once, are asked again when the others were answered: then it was a moment and not the model.
 */
export const askAll = async (work: TextWork, parts: readonly Part[], asking: Asking): Promise<PartOutcome[]> => {
  const total = parts.reduce((sum, { text }) => sum + text.length, 0)
  const early: Part[] = []
  let done = 0
  const found = await askEach(work, parts, asking, ({ text }, outcomes) => {
    if (work.tally.answered === 0) early.push(...leftBy(outcomes))
    done += text.length
    work.report(done, total)
  })
  const outcomes = parts.flatMap(({ path }) => found.get(path) ?? [])
  if (work.tally.answered === 0 || outcomes.some(endsAll)) return outcomes
  const again = await askEach(work, early, asking, () => {})
  return outcomes.flatMap((outcome) => again.get(outcome.part.path) ?? [outcome])
}
