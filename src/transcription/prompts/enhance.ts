/** How a model is asked to make a transcript readable. */
import type { ChatRequest } from '../../gateway/types.ts'
import type { EnhancementMode } from '../types.ts'
import { asTranscriptData, DATA_RULE, languageRule } from './transcript-data.ts'

export interface EnhanceOrder {
  readonly model: string
  readonly mode: EnhancementMode
  readonly customInstruction?: string | undefined
  readonly language: string | null
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
const customRule = ({ mode, customInstruction }: EnhanceOrder): string[] =>
  customInstruction === undefined || customInstruction.trim() === ''
    ? []
    : [`${mode === 'custom' ? 'Instruction' : 'Also'}: ${customInstruction.trim()}`]

export const systemPrompt = (order: EnhanceOrder): string =>
  [
    'You are an editor of transcripts.',
    modes[order.mode],
    ...customRule(order),
    ...RULES,
    languageRule(order.language),
    DATA_RULE,
  ].join('\n')

/** @param outputTokens the most that the answer may have; set always, since some providers' default cuts answers short. */
export const enhanceRequest = (order: EnhanceOrder, text: string, outputTokens: number): ChatRequest => ({
  model: order.model,
  messages: [
    { role: 'system', content: systemPrompt(order) },
    { role: 'user', content: `Edit this transcript:\n\n${asTranscriptData(text)}` },
  ],
  maxOutputTokens: outputTokens,
  temperature: 0.2,
  providerOptions: {
    offline: { task: 'enhance', text, ...(order.language !== null && { language: order.language }) },
  },
})
