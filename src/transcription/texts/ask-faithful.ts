/** An answer that passed its check; or another model's; or the better one of both, with what speaks against it. */
import type { Asking, CheckedAnswer, Part, PartAnswer, Sign } from './asking.ts'
import { addFacts } from './combine-facts.ts'
import { askOnce, type AskOptions, type TextWork } from './text-work.ts'

/** The second opinion, once; null when nobody else can be asked. */
const askAnother = async (
  work: TextWork,
  part: Part,
  asking: Asking,
  { first, signs }: { readonly first: PartAnswer; readonly signs: readonly Sign[] },
): Promise<PartAnswer | null> => {
  const { provider, model } = first.facts
  const reason = `its answer failed the check: it ${signs[0]?.message ?? ''}`
  try {
    return await askOnce(work, `${part.path}~2`, asking.toRequest(part, work.room), {
      avoid: [{ model: `${provider}/${model}`, reason }],
      whenTooLong: 'larger-model',
    })
  } catch {
    work.signal.throwIfAborted()
    return null
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
  const first = await askOnce(work, part.path, asking.toRequest(part, work.room), options)
  const signs = check(first)
  if (signs.length === 0) return { ...first, signs }
  const second = await askAnother(work, part, asking, { first, signs })
  if (second === null) return { ...first, signs }
  const newSigns = check(second)
  // Both were asked and paid, whichever answer is kept.
  return newSigns.length < signs.length
    ? { content: second.content, facts: addFacts(second.facts, first.facts), signs: newSigns }
    : { content: first.content, facts: addFacts(first.facts, second.facts), signs }
}
