/** How a model is asked to translate: line by line under numbers, so that every line keeps its time. */
import type { ChatRequest } from '../../gateway/index.ts'
import { asTranscriptData, beforeData, customRule, DATA_RULE, languageName } from './transcript-data.ts'

export interface TranslateOrder {
  readonly model: string
  /** BCP 47. */
  readonly targetLanguage: string
  readonly language: string | null
  readonly customInstruction?: string | undefined
  /** A template's words on how to translate. */
  readonly task?: string | undefined
}

const targetName = (order: TranslateOrder): string => languageName(order.targetLanguage) ?? order.targetLanguage

const FORM = [
  'Every line of the transcript begins with its number in brackets. Answer with the same numbers in the same order, each once, each on a',
  'line of its own with the translation of that line: `[7] …`. Sentences may run over several lines; divide their translation over the',
  'same lines, so that each line can be shown while it is spoken. Never leave a line empty, never join two. Nothing but these lines.',
].join(' ')

export const systemPrompt = (order: TranslateOrder): string => {
  const from = languageName(order.language)
  return [
    `You translate transcripts${from === null ? '' : ` from ${from}`} into ${targetName(order)}.`,
    order.task ??
      'Translate faithfully into natural spoken language. Leave out fillers and stutters. Keep the tone of the speaker.',
    ...customRule(order.customInstruction),
    'Keep every statement, number, name, date and quotation; leave nothing out, add nothing.',
    FORM,
    DATA_RULE,
  ].join('\n')
}

/** @param text numbered lines, see `lines.ts` */
export const translateRequest = (
  order: TranslateOrder,
  { text, before }: { readonly text: string; readonly before: string },
  outputTokens: number,
): ChatRequest => ({
  model: order.model,
  messages: [
    { role: 'system', content: systemPrompt(order) },
    {
      role: 'user',
      content: `${beforeData(before, 'translated')}Translate into ${targetName(order)}:\n\n${asTranscriptData(text)}`,
    },
  ],
  maxOutputTokens: outputTokens,
  temperature: 0.2,
  providerOptions: { offline: { task: 'translate' } },
})

const LINE = /^\s*(?:[-*]\s*)?\[(\d+)\][.:]?\s?(.*)$/u

/** The lines of an answer by their numbers; the first of two of one number counts, what has no number goes on the line before. */
export const readNumberedLines = (answer: string): Map<number, string> => {
  const lines = new Map<number, string>()
  let open: number | null = null
  for (const line of answer.split(/\r?\n/u)) {
    const match = LINE.exec(line)
    if (match !== null) {
      const number = Number(match[1])
      open = lines.has(number) ? null : number
      if (open !== null) lines.set(number, (match[2] ?? '').trim())
    } else if (open !== null && line.trim() !== '') {
      lines.set(open, `${lines.get(open) ?? ''} ${line.trim()}`.trim())
    }
  }
  return lines
}
