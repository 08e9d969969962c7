/** How a model is asked for a summary: in one go, or of parts and then of what the parts gave. */
import type { ChatRequest } from '../../gateway/index.ts'
import type { SummaryVariant } from '../types.ts'
import { asTranscriptData, beforeData, customRule, DATA_RULE, languageRule } from './transcript-data.ts'

export interface SummaryOrder {
  readonly model: string
  readonly variant: SummaryVariant
  readonly customInstruction?: string | undefined
  readonly language: string | null
  /** A template's words, instead of the variant's. */
  readonly task?: string | undefined
}

const variants: Readonly<Record<SummaryVariant, string>> = {
  short:
    'Summarize the recording in one paragraph of two or three sentences: what it is about and what came of it. No heading, no list.',
  medium: [
    'Summarize the recording as Markdown: first a paragraph of two to four sentences that says what it is about and what came of it,',
    'then a list of the main points in their order, then, only where there are any, a list of decisions and tasks with who and when.',
  ].join(' '),
  long: [
    'Summarize the recording thoroughly as Markdown: first a paragraph that says what it is about and what came of it, then a section',
    'with a heading for every topic in its order, with what was said, argued and decided, then, only where there are any, a list of',
    'open questions and a list of tasks with who and when.',
  ].join(' '),
  'bullet-points':
    'Summarize the recording as a Markdown list of its points in their order, one sentence each, most with a number, name or decision. Nothing but the list.',
  'action-items': [
    'List what is to be done after this recording as a Markdown list: each task that somebody took on or was given, with who does it',
    'and by when as far as that was said, and each decision that needs something done. Nothing but the list. Where there is no task,',
    'answer with one sentence that says so.',
  ].join(' '),
}

const NOTES = [
  'This is one part of a longer recording. Write notes of it as a Markdown list, in order: every topic, statement, decision, task,',
  'number, name and date that a summary of the whole may need. No introduction.',
].join(' ')

const MERGE = 'What you get are notes of the parts of one recording, in order.'
const SHORTER =
  'Make them shorter by half: join what belongs together, keep every decision, task, number, name and date.'

const RULES = 'Say only what was said; nothing from elsewhere. Keep numbers, names and dates exact.'

export type SummaryStage = 'whole' | 'notes' | 'merge' | 'merge-notes'

const taskOf = (order: SummaryOrder, stage: SummaryStage): readonly string[] => {
  const summary = order.task ?? variants[order.variant]
  const steps: Readonly<Record<SummaryStage, readonly string[]>> = {
    whole: [summary],
    notes: [NOTES],
    merge: [MERGE, summary],
    'merge-notes': [MERGE, SHORTER],
  }
  return steps[stage]
}

/** What to look for is as true of notes as of the summary that they are for. */
const purpose = (order: SummaryOrder, stage: SummaryStage): string[] =>
  stage === 'whole' || stage === 'merge' || order.task === undefined ? [] : [`The notes are for this: ${order.task}`]

export const systemPrompt = (order: SummaryOrder, stage: SummaryStage): string =>
  [
    'You summarize recordings.',
    ...taskOf(order, stage),
    ...purpose(order, stage),
    ...customRule(order.customInstruction),
    RULES,
    languageRule(order.language),
    DATA_RULE,
  ].join('\n')

/** What of the recording a request is about. */
export interface SummaryPart {
  readonly text: string
  /** What was said just before. */
  readonly before?: string
  /** For notes: more would not become shorter than what they are notes of. */
  readonly mostWords?: number
}

export const summaryRequest = (
  order: SummaryOrder,
  stage: SummaryStage,
  { text, before = '', mostWords }: SummaryPart,
  outputTokens: number,
): ChatRequest => ({
  model: order.model,
  messages: [
    {
      role: 'system',
      content:
        systemPrompt(order, stage) + (mostWords === undefined ? '' : `\nYour notes have at most ${mostWords} words.`),
    },
    {
      role: 'user',
      content: `${beforeData(before, 'noted')}${stage === 'whole' ? 'Summarize' : 'Work on'} this:\n\n${asTranscriptData(text)}`,
    },
  ],
  maxOutputTokens: outputTokens,
  temperature: 0.2,
  providerOptions: {
    offline: {
      task: 'summarize',
      text,
      ...((stage === 'whole' || stage === 'merge') && { variant: order.variant }),
      ...(order.language !== null && { language: order.language }),
    },
  },
})
