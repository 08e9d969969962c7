/** Our request as the body of Anthropic's `/v1/messages`. */
import { AppError } from '../../errors.ts'
import { parseJson, isObject, toArray, toObject, toNumber, toText } from '../../lib/json.ts'
import type { EncodeContext, WireCall } from '../provider.ts'
import type { JsonObject, JsonValue } from '../types/json.ts'
import type { AssistantMessage, ContentPart, Message } from '../types/messages.ts'
import type { ChatRequest, ToolChoice } from '../types/requests.ts'
import { fitThinking } from './anthropic-thinking.ts'
import { closeSchema } from './schema-subset.ts'
import { toPlainId } from './tool-call-id.ts'
import { withoutUndefined } from './without-undefined.ts'

/** The cap is reserved against our rate limit, so what the model could write at most is not asked for unasked. */
const DEFAULT_MAX_TOKENS = 16_384

type Turn = { role: 'user' | 'assistant'; content: JsonObject[] }

export const encodeAnthropic = (asked: ChatRequest, context: EncodeContext): WireCall => {
  const maxTokens = asked.maxOutputTokens ?? Math.min(DEFAULT_MAX_TOKENS, context.model.maxOutputTokens ?? 8192)
  const { request, notes, ...thinking } = fitThinking(asked, context, maxTokens)
  const body = withoutUndefined({
    model: context.model.key,
    max_tokens: maxTokens,
    ...encodeConversation(request.messages),
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    stop_sequences: request.stop?.length ? request.stop : undefined,
    ...encodeTools(request),
    ...thinking,
    ...encodeOutput(request, thinking.output_config),
    stream: context.stream ? true : undefined,
  })
  const options = request.providerOptions?.[context.provider.id] ?? {}
  return { method: 'POST', path: '/v1/messages', body: { ...body, ...context.rules.force, ...options }, notes }
}

/** `system` and `messages`: same roles merged, tool results first in their turn. */
export const encodeConversation = (messages: readonly Message[]): { system?: string; messages: JsonObject[] } => {
  const system = messages.flatMap((message) => (message.role === 'system' ? message.content : [])).join('\n\n')
  const turns: Turn[] = []
  for (const message of messages) {
    if (message.role === 'system') continue
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const content = encodeBlocks(message)
    const last = turns.at(-1)
    if (last?.role === role) last.content.push(...content)
    else turns.push({ role, content })
  }
  const filled = turns.filter((turn) => turn.content.length > 0).map(toTurn)
  // A conversation has to begin with the user.
  const begun =
    filled[0]?.role === 'assistant' ? [{ role: 'user', content: [{ type: 'text', text: '…' }] }, ...filled] : filled
  return { ...(system === '' ? {} : { system }), messages: trimPrefill(begun) }
}

const toTurn = (turn: Turn): JsonObject & { role: string } => {
  const results = turn.content.filter((block) => block['type'] === 'tool_result')
  const rest = turn.content.filter((block) => block['type'] !== 'tool_result')
  return { role: turn.role, content: [...results, ...rest] }
}

// A prefilled answer that ends in blank space is refused.
const trimPrefill = (turns: readonly JsonObject[]): JsonObject[] => {
  const last = turns.at(-1)
  if (last?.['role'] !== 'assistant') return [...turns]
  const content = toArray(last['content']) as JsonObject[]
  const block = content.at(-1)
  const text = toText(block?.['text'])
  if (block === undefined || text === null) return [...turns]
  const trimmed = { ...last, content: [...content.slice(0, -1), { ...block, text: text.trimEnd() }] }
  return [...turns.slice(0, -1), trimmed]
}

const encodeBlocks = (message: Exclude<Message, { role: 'system' }>): JsonObject[] => {
  switch (message.role) {
    case 'user':
      return encodeParts(message.content)
    case 'assistant':
      return encodeAssistant(message)
    case 'tool':
      return [
        withoutUndefined({
          type: 'tool_result',
          tool_use_id: toPlainId(message.toolCallId),
          content: typeof message.content === 'string' ? message.content : encodeParts(message.content),
          is_error: message.isError ? true : undefined,
        }),
      ]
  }
}

const textBlocks = (text: string): JsonObject[] => (text.trim() === '' ? [] : [{ type: 'text', text }])

const encodeParts = (content: string | readonly ContentPart[]): JsonObject[] =>
  typeof content === 'string' ? textBlocks(content) : content.flatMap(encodePart)

const encodePart = (part: ContentPart): JsonObject[] => {
  switch (part.type) {
    case 'text':
      return textBlocks(part.text)
    case 'image':
      return [{ type: 'image', source: encodeSource(part.source) }]
    case 'file':
      return [
        withoutUndefined({
          type: 'document',
          source: { type: 'base64', media_type: part.mediaType, data: part.base64 },
          title: part.name,
        }),
      ]
    case 'audio':
      throw new AppError('unsupported-capability', 'this provider takes no audio', { details: { capability: 'audio' } })
  }
}

const encodeSource = (
  source: { readonly url: string } | { readonly base64: string; readonly mediaType: string },
): JsonObject => {
  if (!('url' in source)) return { type: 'base64', media_type: source.mediaType, data: source.base64 }
  const inline = /^data:([\w./+-]+);base64,([\s\S]*)$/.exec(source.url)
  if (inline !== null) return { type: 'base64', media_type: inline[1] ?? '', data: inline[2] ?? '' }
  return { type: 'url', url: source.url }
}

/**
 * Thinking blocks go back exactly where they stood, by the layout that decoding kept; when the text was changed since,
 * they stand first, which is where the provider needs them at least.
 */
const encodeAssistant = (message: AssistantMessage): JsonObject[] => {
  const calls = (message.toolCalls ?? []).map((call) => ({
    type: 'tool_use',
    id: toPlainId(call.id),
    name: call.name,
    input: isObject(parseJson(call.arguments)) ? (parseJson(call.arguments) as JsonObject) : {},
  }))
  const layout =
    message.opaque?.provider === 'anthropic' ? toArray(toObject(message.opaque.data)['layout']).map(toObject) : []
  const lengths = layout.reduce((sum, one) => sum + (toNumber(one['text']) ?? 0), 0)
  const kept = (one: Readonly<Record<string, unknown>>): JsonObject[] =>
    isObject(one['block']) ? [one['block'] as JsonObject] : []
  if (lengths !== message.content.length) return [...layout.flatMap(kept), ...textBlocks(message.content), ...calls]
  const left = new Map(calls.map((call) => [call.id, call]))
  let at = 0
  const blocks = layout.flatMap((one): JsonObject[] => {
    const length = toNumber(one['text'])
    if (length !== null) return textBlocks(message.content.slice(at, (at += length)))
    const id = toPlainId(toText(one['tool']) ?? '')
    const call = left.get(id)
    left.delete(id)
    return call === undefined ? kept(one) : [call]
  })
  return [...blocks, ...left.values()]
}

const encodeTools = (request: ChatRequest): Record<string, JsonValue | undefined> => {
  if (!request.tools?.length) return {}
  const choice = request.toolChoice ?? (request.parallelToolCalls === false ? 'auto' : undefined)
  return {
    tools: request.tools.map((tool) =>
      withoutUndefined({
        name: tool.name,
        description: tool.description,
        input_schema: { type: 'object', ...tool.parameters },
        strict: tool.strict,
      }),
    ),
    tool_choice: choice === undefined ? undefined : encodeChoice(choice, request.parallelToolCalls),
  }
}

const encodeChoice = (choice: ToolChoice, parallel: boolean | undefined): JsonObject => {
  const single = parallel === false ? { disable_parallel_tool_use: true } : {}
  if (choice === 'none') return { type: 'none' }
  if (choice === 'auto') return { type: 'auto', ...single }
  return choice === 'required' ? { type: 'any', ...single } : { type: 'tool', name: choice.name, ...single }
}

const encodeOutput = (request: ChatRequest, config: JsonObject | undefined): { output_config?: JsonObject } => {
  const format = request.responseFormat
  if (format?.type !== 'schema') return config === undefined ? {} : { output_config: config }
  return { output_config: { ...config, format: { type: 'json_schema', schema: closeSchema(format.schema) } } }
}
