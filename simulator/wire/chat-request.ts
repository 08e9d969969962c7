// Reads the request body that OpenAI, Together, Groq, Ollama (/v1) and OpenAI-compatible servers share into an Ask.
// What one provider refuses and another takes is decided in rules/, not here.
import type { Ask, JsonObject, ProviderName, ToolCall, ToolChoice, ToolSpec, Turn } from '../types.ts'
import { WireFailure } from '../types.ts'
import { isObject, toArray, toNumber, toObject, toText } from '../json.ts'

const BASE64_BYTES = 0.75
/** 16 kHz, 16 bit, one channel: what speech is usually sent as. */
const AUDIO_BYTES_PER_SECOND = 32_000

export const secondsOfBase64 = (data: string): number => (data.length * BASE64_BYTES) / AUDIO_BYTES_PER_SECOND

const toCalls = (value: unknown): ToolCall[] =>
  toArray(value)
    .filter(isObject)
    .map((call) => {
      const spec = toObject(call['function'])
      const input = spec['arguments']
      return {
        id: toText(call['id']),
        name: toText(spec['name']),
        arguments: typeof input === 'string' ? input : JSON.stringify(input ?? {}),
      }
    })

const readParts = (content: unknown): Pick<Turn, 'text' | 'images' | 'audioSeconds'> => {
  if (typeof content === 'string') return { text: content, images: 0, audioSeconds: 0 }
  const parts = toArray(content).filter(isObject)
  return {
    text: parts
      .map((part) => toText(part['text']))
      .filter((text) => text !== '')
      .join('\n'),
    images: parts.filter((part) => part['type'] === 'image_url').length,
    audioSeconds: parts.reduce((sum, part) => sum + secondsOfBase64(toText(toObject(part['input_audio'])['data'])), 0),
  }
}

const ROLES: Record<string, Turn['role']> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
}

const readTurns = (messages: unknown): Turn[] =>
  toArray(messages).map((entry, index) => {
    const message = toObject(entry)
    const role = ROLES[toText(message['role'])]
    if (role === undefined) {
      throw new WireFailure('invalid-request', {
        message: `Invalid value: '${toText(message['role'])}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.`,
        parameter: `messages[${index}].role`,
      })
    }
    return { role, ...readParts(message['content']), toolCalls: toCalls(message['tool_calls']) }
  })

export const readTools = (tools: unknown): ToolSpec[] =>
  toArray(tools)
    .map((tool) => toObject(toObject(tool)['function']))
    .map((spec) => ({ name: toText(spec['name']), schema: toObject(spec['parameters']) }))

const readToolChoice = (choice: unknown): ToolChoice => {
  if (choice === 'none' || choice === 'required' || choice === 'auto') return choice
  const name = toText(toObject(toObject(choice)['function'])['name'])
  return name === '' ? 'auto' : { name }
}

const readStop = (stop: unknown): string[] =>
  (Array.isArray(stop) ? (stop as unknown[]) : [stop]).filter((mark): mark is string => typeof mark === 'string')

/** The schema of response_format, whether inside json_schema or (Together) beside it. */
const readSchema = (format: JsonObject): JsonObject | undefined => {
  if (format['type'] !== 'json_schema' && format['type'] !== 'json_object') return undefined
  const nested = toObject(format['json_schema'])['schema'] ?? format['schema']
  return isObject(nested) ? nested : undefined
}

export type ChatLimits = { maxOutputTokens: number; reasoningTokens: number; showReasoning: boolean }

/** The Ask of an OpenAI-shaped body whose model has been found. */
export const readChat = (provider: ProviderName, body: JsonObject, limits: ChatLimits): Ask => {
  if (!Array.isArray(body['messages'])) throw new WireFailure('missing-parameter', { parameter: 'messages' })
  if (body['messages'].length === 0) {
    throw new WireFailure('invalid-request', {
      message:
        "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      parameter: 'messages',
    })
  }
  const format = toObject(body['response_format'])
  const schema = readSchema(format)
  const options = toObject(body['stream_options'])
  const cap = toNumber(body['max_completion_tokens']) ?? toNumber(body['max_tokens'])
  return {
    provider,
    model: toText(body['model']),
    turns: readTurns(body['messages']),
    tools: readTools(body['tools']),
    toolChoice: readToolChoice(body['tool_choice']),
    parallelTools: body['parallel_tool_calls'] !== false,
    ...(schema ? { schema } : {}),
    jsonMode: format['type'] === 'json_object',
    maxOutputTokens: Math.min(cap ?? limits.maxOutputTokens, limits.maxOutputTokens),
    stop: readStop(body['stop']),
    stream: body['stream'] === true,
    includeUsage: options['include_usage'] === true,
    reasoningTokens: limits.reasoningTokens,
    showReasoning: limits.showReasoning,
    extra: { obfuscation: options['include_obfuscation'] !== false },
  }
}
