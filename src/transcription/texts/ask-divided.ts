/** A question about a text that is divided further when the model cannot take it or not finish its answer. */
import { toAppError, type AppError } from '../../errors.ts'
import type { ChatRequest } from '../../gateway/types.ts'
import { halveText } from './split-text.ts'
import { askOnce, isTooLong, type PartAnswer, type TextWork } from './text-work.ts'

export interface Part {
  /** Place in the plan; halves get `/0` and `/1`. */
  readonly path: string
  readonly text: string
}

export type PartOutcome =
  | { readonly part: Part; readonly answer: PartAnswer; readonly error?: never }
  | { readonly part: Part; readonly answer?: never; readonly error: AppError }

/** A sixteenth that still is too long won't become right by going on. */
const DEEPEST = 4

/**
 * The outcomes of a part: one, or those of its halves in order. Failures are outcomes, so that what the other parts gave
 * is kept; only the end of the work is thrown.
 */
export const askDivided = async (
  work: TextWork,
  part: Part,
  toRequest: (text: string) => ChatRequest,
  depth = 0,
): Promise<PartOutcome[]> => {
  try {
    return [{ part, answer: await askOnce(work, part.path, toRequest(part.text)) }]
  } catch (thrown) {
    work.signal.throwIfAborted()
    const halves = isTooLong(thrown) && depth < DEEPEST ? halveText(part.text) : null
    if (halves === null) return [{ part, error: toAppError(thrown) }]
    const outcomes: PartOutcome[] = []
    for (const [index, text] of halves.entries()) {
      outcomes.push(...(await askDivided(work, { path: `${part.path}/${index}`, text }, toRequest, depth + 1)))
    }
    return outcomes
  }
}
