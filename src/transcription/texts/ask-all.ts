/** Many parts, a few at a time, in their order at the end. */
import { inParallel } from '../recognition/in-parallel.ts'
import { askDivided } from './ask-divided.ts'
import type { Asking, Part, PartOutcome } from './asking.ts'
import type { TextWork } from './text-work.ts'

/** The gateway waits for rate limits by itself; more at once would only wait there. */
const PARALLEL = 3

/** A failure that every other part would meet as well: asking on costs time and tells nothing. */
const endsAll = ({ error }: PartOutcome): boolean =>
  error !== undefined && error.entry.retry === 'never' && error.code !== 'content-refused'

export const askAll = async (work: TextWork, parts: readonly Part[], asking: Asking): Promise<PartOutcome[]> => {
  const total = parts.reduce((sum, { text }) => sum + text.length, 0)
  const outcomes = new Map<string, PartOutcome[]>()
  let stopped: PartOutcome | undefined
  let done = 0
  const ask = async (part: Part, signal: AbortSignal): Promise<void> => {
    const result =
      stopped?.error === undefined
        ? await askDivided({ ...work, signal }, part, asking)
        : [{ part, error: stopped.error }]
    outcomes.set(part.path, result)
    stopped ??= result.find(endsAll)
    done += part.text.length
    work.report(done, total)
  }
  for await (const _ of inParallel(parts, PARALLEL, work.signal, ask)) void _
  return parts.flatMap(({ path }) => outcomes.get(path) ?? [])
}
