/** How a model is asked to make a transcript readable. */
import type { ChatRequest } from '../../gateway/index.ts'
import type { EnhancementMode } from '../types.ts'
import { asTranscriptData, beforeData, customRule, DATA_RULE, languageRule } from './transcript-data.ts'

export interface EnhanceOrder {
  readonly model: string
  readonly mode: EnhancementMode
  readonly customInstruction?: string | undefined
  readonly language: string | null
  /** A template's words, instead of the mode's. */
  readonly task?: string | undefined
}

const modes: Readonly<Record<EnhancementMode, string>> = {
  standard:
    'Correct punctuation, capital letters, grammar and obvious mishearings, and divide the text into paragraphs. Keep the speaker’s words and tone.',
  light:
    'Correct punctuation, capital letters and spelling only, and divide the text into paragraphs. Change no words.',
  formal: 'Rewrite the text in clear, formal written language, in well-formed sentences and paragraphs.',
  custom: 'Edit the text as the instruction below says.',
}

const RULES = [
  'Keep every statement, number, name, date and quotation; leave nothing out, add nothing, do not summarize.',
  'Answer with the edited text alone: no introduction, no comment, no marks around it.',
]

/** The user's own instruction is an instruction, but not one that lifts the rules around it. */
export const systemPrompt = (order: EnhanceOrder): string =>
  [
    'You are an editor of transcripts.',
    order.task ?? modes[order.mode],
    ...customRule(order.customInstruction, order.mode === 'custom' ? 'Instruction' : 'Also'),
    ...RULES,
    languageRule(order.language),
    DATA_RULE,
  ].join('\n')

/**
 * @param before what was said just before this part, so that its first sentence is understood
 * @param outputTokens the most that the answer may have; set always, since some providers' default cuts answers short
 */
export const enhanceRequest = (
  order: EnhanceOrder,
  { text, before }: { readonly text: string; readonly before: string },
  outputTokens: number,
): ChatRequest => ({
  model: order.model,
  messages: [
    { role: 'system', content: systemPrompt(order) },
    { role: 'user', content: `${beforeData(before, 'edited')}Edit this transcript:\n\n${asTranscriptData(text)}` },
  ],
  maxOutputTokens: outputTokens,
  temperature: 0.2,
  providerOptions: {
    offline: {
      task: 'enhance',
      text,
      ...(order.language !== null && { language: order.language }),
      ...(order.mode !== 'standard' && { mode: order.mode }),
    },
  },
})
