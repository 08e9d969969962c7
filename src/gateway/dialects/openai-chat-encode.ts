/** Our request as the body of OpenAI's `/chat/completions`. What a provider or model wants otherwise is data. */
import type { JsonObject, JsonValue } from '../types/json.ts'
import type { AssistantMessage, ContentPart, Message, ToolCall, ToolMessage } from '../types/messages.ts'
import type { ChatRequest, ResponseFormat, Tool, ToolChoice } from '../types/requests.ts'
import { isObject, toObject } from '../../lib/json.ts'
import type { EncodeContext, Provider, RequestTraits, WireCall } from '../provider.ts'
import { toShortId } from './tool-call-id.ts'
import { withoutUndefined } from './without-undefined.ts'

export const encodeOpenAiChat = (request: ChatRequest, context: EncodeContext): WireCall => {
  const traits = context.provider.request ?? {}
  const role = context.rules.systemRole ?? traits.systemRole ?? 'system'
  const body = withoutUndefined({
    model: context.model.key,
    messages: request.messages.flatMap((message) => encodeMessage(message, role, context.provider)),
    max_tokens: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    stop: request.stop?.length ? request.stop : undefined,
    seed: request.seed,
    ...encodeTools(request),
    response_format: encodeFormat(request.responseFormat, traits),
    reasoning_effort: request.reasoning?.effort,
    ...encodeStream(context, traits),
    ...traits.extra,
  })
  const named = rename(body, { ...traits.rename, ...context.rules.rename })
  const options = request.providerOptions?.[context.provider.id] ?? {}
  return {
    method: 'POST',
    path: '/chat/completions',
    body: { ...named, ...context.rules.force, ...options },
    notes: [],
  }
}

const rename = (body: JsonObject, names: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(Object.entries(body).map(([name, value]) => [names[name] ?? name, value]))

const encodeStream = (context: EncodeContext, traits: RequestTraits): Record<string, JsonValue> =>
  !context.stream
    ? {}
    : { stream: true, ...(traits.streamUsageOption === false ? {} : { stream_options: { include_usage: true } }) }

// An empty list of tools is refused by some, so tools that are none are not sent at all.
const encodeTools = (request: ChatRequest): Record<string, JsonValue | undefined> =>
  !request.tools?.length
    ? {}
    : {
        tools: request.tools.map(encodeTool),
        tool_choice: request.toolChoice === undefined ? undefined : encodeToolChoice(request.toolChoice),
        parallel_tool_calls: request.parallelToolCalls,
      }

const encodeTool = (tool: Tool): JsonObject => ({
  type: 'function',
  function: withoutUndefined({
    name: tool.name,
    description: tool.description,
    parameters: tool.parameters,
    strict: tool.strict,
  }),
})

const encodeToolChoice = (choice: ToolChoice): JsonValue =>
  typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } }

const encodeFormat = (format: ResponseFormat | undefined, traits: RequestTraits): JsonObject | undefined => {
  if (format === undefined || format.type === 'text') return undefined
  if (format.type === 'json') return { type: 'json_object' }
  if (traits.schemaShape === 'flat') return { type: 'json_schema', schema: format.schema }
  return {
    type: 'json_schema',
    json_schema: withoutUndefined({ name: format.name, schema: format.schema, strict: format.strict }),
  }
}

const encodeMessage = (message: Message, systemRole: string, provider: Provider): JsonObject[] => {
  const traits = provider.request ?? {}
  switch (message.role) {
    case 'system':
      return [{ role: systemRole, content: message.content }]
    case 'user':
      return [{ role: 'user', content: encodeContent(message.content, traits) }]
    case 'assistant':
      return [encodeAssistant(message, provider.id)]
    case 'tool':
      return encodeToolResult(message, traits)
  }
}

const encodeAssistant = (message: AssistantMessage, provider: string): JsonObject =>
  withoutUndefined({
    role: 'assistant',
    content: message.content === '' && message.toolCalls?.length ? null : message.content,
    tool_calls: message.toolCalls?.length
      ? message.toolCalls.map((call) => ({
          id: toShortId(call.id),
          type: 'function',
          function: { name: call.name, arguments: call.arguments },
          ...extraOf(call, provider),
        }))
      : undefined,
  })

const extraOf = (call: ToolCall, provider: string): JsonObject => {
  const extra = call.opaque?.provider === provider ? toObject(call.opaque.data)['extra_content'] : undefined
  return isObject(extra) ? { extra_content: extra as JsonObject } : {}
}

// A tool message holds text only; pictures that a tool gave follow as what the user shows.
const encodeToolResult = (message: ToolMessage, traits: RequestTraits): JsonObject[] => {
  const parts = typeof message.content === 'string' ? [] : message.content
  const media = parts.filter((part) => part.type !== 'text')
  const text = typeof message.content === 'string' ? message.content : joinText(message.content)
  const result = { role: 'tool', tool_call_id: toShortId(message.toolCallId), content: text }
  return media.length === 0 ? [result] : [result, { role: 'user', content: encodeContent(media, traits) }]
}

const joinText = (parts: readonly ContentPart[]): string =>
  parts.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n')

const encodeContent = (content: string | readonly ContentPart[], traits: RequestTraits): JsonValue => {
  if (typeof content === 'string') return content
  if (traits.flattenText && content.every((part) => part.type === 'text')) return joinText(content)
  return content.map(encodePart)
}

const encodePart = (part: ContentPart): JsonObject => {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image': {
      const url = 'url' in part.source ? part.source.url : `data:${part.source.mediaType};base64,${part.source.base64}`
      return { type: 'image_url', image_url: withoutUndefined({ url, detail: part.detail }) }
    }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.base64, format: audioFormat(part.mediaType) } }
    case 'file': {
      const data = `data:${part.mediaType};base64,${part.base64}`
      return { type: 'file', file: { file_data: data, filename: part.name ?? 'file' } }
    }
  }
}

const audioFormat = (mediaType: string): string => (/mpeg|mp3/.test(mediaType) ? 'mp3' : 'wav')
