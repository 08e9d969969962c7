/** What the offline provider is asked for: told by `providerOptions.offline`, or read from the last user message. */
import { AppError } from '../../errors.ts'
import { toNumber, toText } from '../../lib/json.ts'
import type { Message } from '../types/messages.ts'
import type { ChatRequest } from '../types/requests.ts'

const FORMS = ['short', 'long', 'bullet-points'] as const
export type SummaryForm = (typeof FORMS)[number]

export interface OfflineTask {
  readonly task: 'enhance' | 'summarize'
  readonly text: string
  readonly language?: string
  readonly maxSentences?: number
  /** Of a summary; left out is a paragraph of middle length. */
  readonly form?: SummaryForm
}

const refuse = (model: string, message: string, capability: string): AppError =>
  new AppError('unsupported-capability', message, { details: { provider: 'offline', model, capability } })

/** The task, or a typed refusal of everything that needs a model. */
export const readOfflineTask = (request: ChatRequest, model: string): OfflineTask => {
  if (request.tools?.length) throw refuse(model, 'Basic (no AI) takes no tools', 'tools')
  if (request.responseFormat !== undefined && request.responseFormat.type !== 'text')
    throw refuse(model, 'Basic (no AI) answers plain text only', 'schema')
  const options = request.providerOptions?.['offline']
  if (options === undefined) return guessTask(request, model)
  const task = options['task']
  if (task !== 'enhance' && task !== 'summarize')
    throw refuse(model, 'Basic (no AI) can enhance and summarize, nothing else', 'task')
  const language = toText(options['language'])
  const form = FORMS.find((one) => one === options['variant'])
  const maxSentences = toNumber(options['maxSentences'])
  return {
    task,
    text: toText(options['text']) ?? transcriptOf(lastUserText(request.messages)),
    ...(language === null ? {} : { language }),
    ...(form === undefined ? {} : { form }),
    ...(maxSentences === null ? {} : { maxSentences: Math.max(1, Math.floor(maxSentences)) }),
  }
}

const lastUserText = (messages: readonly Message[]): string => {
  const last = messages.findLast((message) => message.role === 'user')
  if (last === undefined || last.role !== 'user') return ''
  if (typeof last.content === 'string') return last.content
  return last.content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n')
}

const SUMMARIZE = /\b(?:summar|tl;?dr)|özet/i
const ENHANCE = /\b(?:enhanc|punctuat|proofread|improve the (?:text|transcript)|clean up)|noktala|iyileştir|düzelt/i
const OTHER = /\btranslat|çevir|tercüme/i

/** Words of the task count only outside the text they speak about. */
const guessTask = (request: ChatRequest, model: string): OfflineTask => {
  const asked = lastUserText(request.messages)
  const text = transcriptOf(asked)
  const system = request.messages.flatMap((message) => (message.role === 'system' ? message.content : []))
  const words = [...system, asked.replace(text, ' ')].join('\n')
  if (!OTHER.test(words)) {
    if (SUMMARIZE.test(words)) return { task: 'summarize', text }
    if (ENHANCE.test(words)) return { task: 'enhance', text }
  }
  throw refuse(model, 'Basic (no AI) can enhance and summarize, nothing else', 'chat')
}

const DELIMITED = /<(transcript|text|document)[^>]*>\n?([\s\S]*)<\/\1>|"""\n?([\s\S]*?)"""|```[a-z]*\n([\s\S]*?)```/i

/** The text inside delimiters, else what follows a first line that ends in a colon, else everything. */
const transcriptOf = (message: string): string => {
  const match = DELIMITED.exec(message)
  const inside = match?.[2] ?? match?.[3] ?? match?.[4]
  if (inside !== undefined) return inside.trim()
  const after = /^[^\n]{1,300}:\s*\n([\s\S]+)$/.exec(message)?.[1] ?? /^[^\n]{1,300}:\s+([\s\S]+)$/.exec(message)?.[1]
  return (after ?? message).trim()
}
