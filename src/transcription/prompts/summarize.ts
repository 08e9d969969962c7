/** How a model is asked for a summary: in one go, or of parts and then of what the parts gave. */
import type { ChatRequest } from '../../gateway/types.ts'
import { asTranscriptData, DATA_RULE, languageRule } from './transcript-data.ts'

export interface SummaryOrder {
  readonly model: string
  readonly customInstruction?: string | undefined
  readonly language: string | null
}

const SUMMARY = [
  'Summarize the recording as Markdown: first a paragraph of two to four sentences that says what it is about and what came of it,',
  'then a list of the main points in their order, then, only where there are any, a list of decisions and tasks with who and when.',
].join(' ')

const NOTES = [
  'This is one part of a longer recording. Write notes of it as a Markdown list, in order: every topic, statement, decision, task,',
  'number, name and date that a summary of the whole may need. No introduction.',
].join(' ')

const MERGE = 'What you get are notes of the parts of one recording, in order.'

const RULES = 'Say only what was said; nothing from elsewhere. Keep numbers, names and dates exact.'

export type SummaryStage = 'whole' | 'notes' | 'merge' | 'merge-notes'

const tasks: Readonly<Record<SummaryStage, readonly string[]>> = {
  whole: [SUMMARY],
  notes: [NOTES],
  merge: [MERGE, SUMMARY],
  'merge-notes': [MERGE, NOTES],
}

const customRule = (order: SummaryOrder): string[] =>
  order.customInstruction === undefined || order.customInstruction.trim() === ''
    ? []
    : [`Also: ${order.customInstruction.trim()}`]

export const systemPrompt = (order: SummaryOrder, stage: SummaryStage): string =>
  [
    'You summarize recordings.',
    ...tasks[stage],
    ...customRule(order),
    RULES,
    languageRule(order.language),
    DATA_RULE,
  ].join('\n')

export const summaryRequest = (
  order: SummaryOrder,
  stage: SummaryStage,
  text: string,
  outputTokens: number,
): ChatRequest => ({
  model: order.model,
  messages: [
    { role: 'system', content: systemPrompt(order, stage) },
    { role: 'user', content: `${stage === 'whole' ? 'Summarize' : 'Work on'} this:\n\n${asTranscriptData(text)}` },
  ],
  maxOutputTokens: outputTokens,
  temperature: 0.2,
  providerOptions: {
    offline: { task: 'summarize', text, ...(order.language !== null && { language: order.language }) },
  },
})
