/** The enhanced text: every part of the transcript edited by a model, in order. */
import { joinTexts } from '../../gateway/tokens/split.ts'
import { enhanceRequest, systemPrompt, type EnhanceOrder } from '../prompts/enhance.ts'
import { askAll } from './ask-all.ts'
import { faithfulnessNotes } from './faithfulness.ts'
import { factsOfOutcomes, firstError, missingParts, type MadeText } from './made-text.ts'
import { splitText } from './split-text.ts'
import { planOnce, type TextWork } from './text-work.ts'

/** Editing gets worse and slower with length, and a part is what a crash repeats. */
const LARGEST_PART_TOKENS = 3_000
/** An edited text can be longer than its source, in another tokenization too. */
const OUTPUT_PER_INPUT = 1.6
const LEAST_OUTPUT_TOKENS = 512

const partTokens = ({ room }: TextWork, promptTokens: number): number =>
  Math.max(
    64,
    Math.floor(Math.min(LARGEST_PART_TOKENS, room.inputTokens - promptTokens, room.outputTokens / OUTPUT_PER_INPUT)),
  )

/** Twice what is to be expected, for models that think before they write. */
const outputTokens = ({ room }: TextWork, text: string): number =>
  Math.min(room.outputTokens, Math.max(LEAST_OUTPUT_TOKENS, Math.ceil(room.count(text) * OUTPUT_PER_INPUT * 2)))

export const enhanceText = async (work: TextWork, order: EnhanceOrder, source: string): Promise<MadeText> => {
  const limit = partTokens(work, work.room.count(systemPrompt(order)) + 64)
  const texts = await planOnce(work, 'plan', source, () => splitText(source, limit, work.room.count))
  const parts = texts.map((text, index) => ({ path: String(index), text }))
  const outcomes = await askAll(work, parts, (text) => enhanceRequest(order, text.trim(), outputTokens(work, text)))
  return {
    facts: factsOfOutcomes(outcomes),
    // A part that failed stands there unedited: nothing that was said is lost, and `missing` tells.
    content: joinTexts(
      outcomes.map(({ part, answer }) => answer?.content ?? part.text),
      outcomes.map(({ part }) => part.text),
    ),
    missing: missingParts(outcomes, 'is not enhanced'),
    error: firstError(outcomes),
    notes: order.mode === 'custom' ? [] : faithfulnessNotes(outcomes),
  }
}
