/**
 * How many tokens a request will have, before anybody counted them.
 *
 * Texts of OpenAI's families are counted by their own tokenizer once it is loaded; for all others the estimate goes by
 * letters of a script, which is what tokenizers differ by. A calibration from reported usage makes either of them fit
 * a model; without evidence the estimate is kept on the high side.
 */
import type { ContentPart, Message } from '../types/messages.ts'
import type { ModelRow } from '../types/models.ts'
import type { ChatRequest } from '../types/requests.ts'
import type { CountPicture } from './picture-tokens.ts'

/** Characters per token by script; measured on OpenAI's and Llama's tokenizers, low on purpose. */
const CHARACTERS_PER_TOKEN = { ascii: 3.6, extended: 2.2, wide: 0.9 }
const MESSAGE_OVERHEAD = 6
const REQUEST_OVERHEAD = 16
/** Gemini bills 32 tokens a second of audio; at 16 kbit/s and up a base64 character is at least 1/2,700 s. */
const AUDIO_CHARACTERS_PER_TOKEN = 80
const FILE_CHARACTERS_PER_TOKEN = 12

export type CountText = (text: string) => number

/** By script: ASCII, other alphabets, and scripts where a character is a word. */
export const estimateText: CountText = (text) => {
  // Nothing but ASCII, which is told at once.
  if (Buffer.byteLength(text) === text.length) return Math.ceil(text.length / CHARACTERS_PER_TOKEN.ascii)
  let extended = 0
  let wide = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x80) continue
    if (code >= 0x2e80) wide += 1
    else extended += 1
  }
  const ascii = text.length - extended - wide
  return Math.ceil(
    ascii / CHARACTERS_PER_TOKEN.ascii + extended / CHARACTERS_PER_TOKEN.extended + wide / CHARACTERS_PER_TOKEN.wide,
  )
}

/** What is no text takes tokens by rules of its own, which nothing that is learned about texts changes. */
const mediaTokens = (part: ContentPart, countPicture: CountPicture): number => {
  switch (part.type) {
    case 'text':
      return 0
    case 'image':
      return countPicture(part)
    case 'audio':
      return Math.ceil(part.base64.length / AUDIO_CHARACTERS_PER_TOKEN)
    case 'file':
      return Math.ceil(part.base64.length / FILE_CHARACTERS_PER_TOKEN)
  }
}

const partsOf = ({ content }: Message): readonly ContentPart[] => (typeof content === 'string' ? [] : content)

const messageTokens = (message: Message, count: CountText): number => {
  const content =
    typeof message.content === 'string'
      ? count(message.content)
      : message.content.reduce((sum, part) => sum + (part.type === 'text' ? count(part.text) : 0), 0)
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : []
  return MESSAGE_OVERHEAD + content + calls.reduce((sum, call) => sum + count(call.name) + count(call.arguments) + 8, 0)
}

/** Whether a request holds more than words. */
export const hasMedia = ({ messages }: ChatRequest): boolean =>
  messages.some((message) => partsOf(message).some(({ type }) => type !== 'text'))

/** Pictures, sound and files of a request. */
export const countMedia = ({ messages }: ChatRequest, countPicture: CountPicture): number =>
  messages.flatMap(partsOf).reduce((sum, part) => sum + mediaTokens(part, countPicture), 0)

/** Every word the model reads: messages, tools and schema. */
export const countRequest = (request: ChatRequest, count: CountText): number => {
  const messages = request.messages.reduce((sum, message) => sum + messageTokens(message, count), 0)
  const tools = request.tools?.length ? count(JSON.stringify(request.tools)) : 0
  const schema = request.responseFormat?.type === 'schema' ? count(JSON.stringify(request.responseFormat.schema)) : 0
  return REQUEST_OVERHEAD + messages + tools + schema
}

/** Estimates for a model: what a text and what a whole request has. */
export interface TokenCounter {
  text(row: ModelRow, text: string): number
  request(row: ModelRow, request: ChatRequest): number
}
