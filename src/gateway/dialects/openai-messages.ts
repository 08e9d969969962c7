/**
 * The messages of a client that speaks like OpenAI, as ours: the way in to `openai-shape.ts`, which is the way out.
 *
 * State that only a provider understands comes back in `provider_state`, on the message or on its tool calls, from clients
 * that keep fields they do not know; `opaque-cache.ts` serves the others.
 */
import { AppError } from '../../errors.ts'
import { isObject, toArray, toObject, toText } from '../../lib/json.ts'
import type { UnknownObject } from '../../lib/json.ts'
import type { JsonValue } from '../types/json.ts'
import type { AssistantMessage, ContentPart, Message, OpaqueState, ToolCall } from '../types/messages.ts'
import { STATE_FIELD } from './openai-shape.ts'

const wrong = (field: string, what: string): AppError =>
  new AppError('invalid-request', `${field} ${what}`, { details: { field } })

/** Throws `invalid-request` with the field's place, such as `messages[2].content[0].type`. */
export const fromOpenAiMessages = (messages: unknown): Message[] => {
  if (!Array.isArray(messages) || messages.length === 0) throw wrong('messages', 'must be a list of messages')
  return messages.map((message, at) => readMessage(toObject(message), `messages[${at}]`))
}

const readMessage = (message: UnknownObject, place: string): Message => {
  switch (message['role']) {
    case 'system':
    case 'developer':
      return { role: 'system', content: readText(message['content'], place) }
    case 'user':
      return { role: 'user', content: readContent(message['content'], place) }
    case 'assistant':
      return readAssistant(message, place)
    case 'tool':
      return readToolResult(message, place)
    default:
      throw wrong(`${place}.role`, 'must be system, developer, user, assistant or tool')
  }
}

const readAssistant = (message: UnknownObject, place: string): AssistantMessage => {
  const reasoning = toText(message['reasoning_content'])
  const calls = toArray(message['tool_calls']).map((call, at) => readCall(toObject(call), `${place}.tool_calls[${at}]`))
  const content = message['content']
  return {
    role: 'assistant',
    content: content === null || content === undefined ? '' : readText(content, place),
    ...(reasoning === null ? {} : { reasoning }),
    ...(calls.length === 0 ? {} : { toolCalls: calls }),
    ...readState(message),
  }
}

const readCall = (call: UnknownObject, place: string): ToolCall => {
  const target = toObject(call['function'])
  const [id, name] = [toText(call['id']), toText(target['name'])]
  if (id === null || id === '') throw wrong(`${place}.id`, 'is missing')
  if (name === null || name === '') throw wrong(`${place}.function.name`, 'is missing')
  return { id, name, arguments: toText(target['arguments']) || '{}', ...readState(call) }
}

const readToolResult = (message: UnknownObject, place: string): Message => {
  const toolCallId = toText(message['tool_call_id'])
  if (toolCallId === null) throw wrong(`${place}.tool_call_id`, 'is missing')
  return { role: 'tool', toolCallId, content: readContent(message['content'], place) }
}

const readState = (carrier: UnknownObject): { readonly opaque?: OpaqueState } => {
  const state = carrier[STATE_FIELD]
  if (!isObject(state)) return {}
  const provider = toText(state['provider'])
  return provider === null || state['data'] === undefined
    ? {}
    : { opaque: { provider, data: state['data'] as JsonValue } }
}

/** Text, or its parts joined; anything else is refused. */
const readText = (content: unknown, place: string): string => {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) throw wrong(`${place}.content`, 'must be text')
  return content
    .map((part, at) => toText(toObject(part)['text']) ?? fail(`${place}.content[${at}]`, 'must be text'))
    .join('')
}

const fail = (field: string, what: string): never => {
  throw wrong(field, what)
}

const readContent = (content: unknown, place: string): string | ContentPart[] => {
  if (!Array.isArray(content)) return readText(content, place)
  return content.map((part, at) => readPart(toObject(part), `${place}.content[${at}]`))
}

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+);base64,(.+)$/s

const readPart = (part: UnknownObject, place: string): ContentPart => {
  switch (part['type']) {
    case 'text':
      return { type: 'text', text: toText(part['text']) ?? fail(`${place}.text`, 'is missing') }
    case 'image_url':
      return readImage(toObject(part['image_url']), `${place}.image_url`)
    case 'input_audio':
      return readAudio(toObject(part['input_audio']), `${place}.input_audio`)
    case 'file':
      return readFile(toObject(part['file']), `${place}.file`)
    default:
      throw wrong(`${place}.type`, 'must be text, image_url, input_audio or file')
  }
}

const DETAILS = ['auto', 'low', 'high'] as const

const readImage = (image: UnknownObject, place: string): ContentPart => {
  const url = toText(image['url']) ?? ''
  const [, mediaType, base64] = DATA_URL.exec(url) ?? []
  const detail = DETAILS.find((one) => one === image['detail'])
  const wish = detail === undefined ? {} : { detail }
  if (mediaType !== undefined && base64 !== undefined) return { type: 'image', source: { base64, mediaType }, ...wish }
  if (!/^https?:\/\//i.test(url)) throw wrong(`${place}.url`, 'must be an http address or a base64 data URL')
  return { type: 'image', source: { url }, ...wish }
}

const AUDIO_TYPES: Readonly<Record<string, string>> = { wav: 'audio/wav', mp3: 'audio/mpeg' }

const readAudio = (audio: UnknownObject, place: string): ContentPart => {
  const base64 = toText(audio['data']) ?? fail(`${place}.data`, 'is missing')
  const mediaType = AUDIO_TYPES[toText(audio['format']) ?? ''] ?? fail(`${place}.format`, 'must be wav or mp3')
  return { type: 'audio', base64, mediaType }
}

const readFile = (file: UnknownObject, place: string): ContentPart => {
  const [, mediaType, base64] = DATA_URL.exec(toText(file['file_data']) ?? '') ?? []
  if (mediaType === undefined || base64 === undefined) throw wrong(`${place}.file_data`, 'must be a base64 data URL')
  const name = toText(file['filename'])
  return { type: 'file', base64, mediaType, ...(name === null ? {} : { name }) }
}
