/** How a model is asked for lecture notes: of a part of the timed transcript, and to join the headings of many parts. */
import type { ChatRequest, JsonObject } from '../../gateway/index.ts'
import { asTranscriptData, customRule, DATA_RULE, languageRule } from './transcript-data.ts'

export interface NotesOrder {
  readonly model: string
  readonly language: string | null
  readonly customInstruction?: string | undefined
  /** A template's words on what the notes are for. */
  readonly task?: string | undefined
}

const text = { type: 'string' } as const
const time = { type: 'string', description: 'm:ss or h:mm:ss, as it stands before a line' } as const
const list = (properties: Record<string, JsonObject>): JsonObject => ({
  type: 'array',
  items: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
})

export const notesSchema: JsonObject = {
  type: 'object',
  properties: {
    title: text,
    outline: list({ time, heading: text, points: { type: 'array', items: text } }),
    terms: list({ term: text, definition: text, time }),
    questions: list({ question: text, answer: text, time }),
  },
  required: ['title', 'outline', 'terms', 'questions'],
  additionalProperties: false,
}

export const sectionsSchema: JsonObject = {
  type: 'object',
  properties: { title: text, outline: list({ time, heading: text, points: { type: 'array', items: text } }) },
  required: ['title', 'outline'],
  additionalProperties: false,
}

const TASK = 'You write lecture notes from recordings, for somebody who learns from them.'

const FORM = [
  'Answer with JSON: `title` names what this is about; `outline` has the topics in their order, each with a heading and two to five points;',
  '`terms` has the key terms with the definition that was given, empty where none was; `questions` has what was asked or what a learner',
  'should be able to answer, with the answer that the recording gives, empty where it gives none. Each has the `time` of the line where it',
  'begins, copied from the start of that line.',
].join(' ')

const SECTIONS = [
  'What you get is the outline of one recording, each line with its time. Join neighbouring lines that belong to one topic to at most a',
  'third as many: answer with JSON, `title` for the whole and `outline` with the topics in their order, each with a heading, the `time` of its',
  'first line and up to five points.',
].join(' ')

const RULES = 'Say only what was said; nothing from elsewhere. Keep numbers, names and dates exact.'

export type NotesStage = 'notes' | 'sections'

export const systemPrompt = (order: NotesOrder, stage: NotesStage): string =>
  [
    TASK,
    ...(order.task === undefined ? [] : [order.task]),
    ...customRule(order.customInstruction),
    stage === 'notes' ? FORM : SECTIONS,
    RULES,
    languageRule(order.language),
    DATA_RULE,
  ].join('\n')

export const notesRequest = (
  order: NotesOrder,
  stage: NotesStage,
  lines: string,
  outputTokens: number,
): ChatRequest => ({
  model: order.model,
  messages: [
    { role: 'system', content: systemPrompt(order, stage) },
    { role: 'user', content: `Take notes of this:\n\n${asTranscriptData(lines)}` },
  ],
  maxOutputTokens: outputTokens,
  temperature: 0.2,
  responseFormat: {
    type: 'schema',
    name: stage === 'notes' ? 'lecture_notes' : 'outline',
    schema: stage === 'notes' ? notesSchema : sectionsSchema,
  },
  providerOptions: { offline: { task: 'lecture-notes' } },
})
