/** The enhanced text: every part of the transcript edited by a model, in order. */
import { joinTexts } from '../../gateway/tokens/split.ts'
import type { TextRoom } from '../dependencies.ts'
import { enhanceRequest, systemPrompt, type EnhanceOrder } from '../prompts/enhance.ts'
import { askAll } from './ask-all.ts'
import { toParts, type Asking, type PartOutcome } from './asking.ts'
import { checkEnhanced } from './check-enhanced.ts'
import { factsOfOutcomes, firstError, missingParts, warningsOf, type MadeText } from './made-text.ts'
import { paidParts } from './paid-parts.ts'
import { mendSeams, seamNotes } from './seams.ts'
import { splitText, TAIL_TOKENS } from './split-text.ts'
import { planOnce, type TextWork } from './text-work.ts'

/** Editing gets worse and slower with length, and a part is what a crash repeats. */
const LARGEST_PART_TOKENS = 3_000
/** An edited text can be longer than its source, in another tokenization too. */
export const OUTPUT_PER_INPUT = 1.6
const LEAST_OUTPUT_TOKENS = 512
/** What stands around the transcript in the question. */
export const FRAME_TOKENS = 64

/** Twice what is to be expected, for models that think before they write. */
const outputTokens = (room: TextRoom, text: string): number =>
  Math.min(room.outputTokens, Math.max(LEAST_OUTPUT_TOKENS, Math.ceil(room.count(text) * OUTPUT_PER_INPUT * 2)))

export const enhanceAsking = (order: EnhanceOrder): Asking => ({
  partTokens(room) {
    const around = room.count(systemPrompt(order)) + FRAME_TOKENS + TAIL_TOKENS
    const fits = Math.min(LARGEST_PART_TOKENS, room.inputTokens - around, room.outputTokens / OUTPUT_PER_INPUT)
    return Math.max(64, Math.floor(fits))
  },
  toRequest: ({ text, before }, room) => enhanceRequest(order, { text: text.trim(), before }, outputTokens(room, text)),
  check: ({ text }, content) =>
    checkEnhanced(text, content, {
      freedom: order.task === undefined ? order.mode : 'custom',
      language: order.language,
    }),
})

/** A part that failed stands there unedited: nothing that was said is lost, and `missing` tells. */
const join = (outcomes: readonly PartOutcome[]): Pick<MadeText, 'content' | 'notes'> => {
  const parts = outcomes.map(({ part, answer }) => ({ source: part.text, made: answer?.content ?? part.text }))
  const { texts, doubled } = mendSeams(parts)
  return {
    content: joinTexts(
      texts,
      parts.map(({ source }) => source),
    ),
    notes: seamNotes(doubled),
  }
}

export const enhanceText = async (work: TextWork, order: EnhanceOrder, source: string): Promise<MadeText> => {
  const { room } = work
  const asking = enhanceAsking(order)
  const texts = await planOnce(work, 'plan', source, () => splitText(source, asking.partTokens(room), room.count))
  const outcomes = await askAll(work, toParts('', texts), asking)
  return {
    ...join(outcomes),
    facts: factsOfOutcomes(outcomes),
    missing: missingParts(outcomes, 'missing-enhanced'),
    error: firstError(outcomes),
    warnings: warningsOf(outcomes),
    plan: { chunks: outcomes.length, levels: 1 },
    paid: paidParts(outcomes),
    timed: null,
  }
}
