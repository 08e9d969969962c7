/** An answer that passed its check; or another model's; or the better one of both, with what speaks against it. */
import { toAppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { Asking, CheckedAnswer, Part, PartAnswer, Sign } from './asking.ts'
import { addFacts } from './combine-facts.ts'
import { askOnce, throwIfOver, type AskOptions, type TextWork } from './text-work.ts'

/** The second opinion, once; null when nobody else can be asked. */
const askAnother = async (
  work: TextWork,
  part: Part,
  asking: Asking,
  avoid: { readonly model: string; readonly reason: string },
): Promise<PartAnswer | null> => {
  try {
    return await askOnce(work, `${part.path}~2`, asking.toRequest(part, work.room), {
      avoid: [avoid],
      whenTooLong: 'larger-model',
    })
  } catch (thrown) {
    throwIfOver(work, thrown)
    return null
  }
}

/** A model that can't keep to the form, even when it is shown its mistake, is one that failed: another one is asked. */
const askFirst = async (work: TextWork, part: Part, asking: Asking, options: AskOptions): Promise<PartAnswer> => {
  try {
    return await askOnce(work, part.path, asking.toRequest(part, work.room), options)
  } catch (thrown) {
    throwIfOver(work, thrown)
    const error = toAppError(thrown)
    const { provider, model } = error.details
    if (error.code !== 'output-invalid' || typeof provider !== 'string' || typeof model !== 'string') throw thrown
    const avoid = { model: `${provider}/${model}`, reason: sayReason('wrong-form') }
    const second = await askAnother(work, part, asking, avoid)
    if (second === null) throw thrown
    return second
  }
}

/** Rejects as `askOnce` does. */
export const askFaithful = async (
  work: TextWork,
  part: Part,
  asking: Asking,
  options: AskOptions = {},
): Promise<CheckedAnswer> => {
  const check = (answer: PartAnswer): readonly Sign[] => asking.check?.(part, answer.content) ?? []
  const first = await askFirst(work, part, asking, options)
  const signs = check(first)
  if (signs.length === 0) return { ...first, signs }
  const { provider, model } = first.facts
  const reason = sayReason('failed-check', { sign: signs[0]?.message ?? '' })
  const second = await askAnother(work, part, asking, { model: `${provider}/${model}`, reason })
  if (second === null) return { ...first, signs }
  const newSigns = check(second)
  // Both were asked and paid, whichever answer is kept.
  return newSigns.length < signs.length
    ? { content: second.content, facts: addFacts(second.facts, first.facts), signs: newSigns }
    : { content: first.content, facts: addFacts(first.facts, second.facts), signs }
}
