/** Our request as the body of Gemini's `generateContent`. */
import { AppError } from '../../errors.ts'
import { isObject, parseJson, toObject, toText } from '../../lib/json.ts'
import type { EncodeContext, WireCall } from '../provider.ts'
import type { JsonObject, JsonValue } from '../types/json.ts'
import type { AssistantMessage, ContentPart, Message, OpaqueState, ToolMessage } from '../types/messages.ts'
import type { ChatRequest, ReasoningEffort } from '../types/requests.ts'
import { withoutUndefined } from './without-undefined.ts'

type Turn = { role: 'user' | 'model'; parts: JsonObject[] }

export const encodeGemini = (request: ChatRequest, context: EncodeContext): WireCall => {
  const method = context.stream ? 'streamGenerateContent?alt=sse' : 'generateContent'
  const options = request.providerOptions?.[context.provider.id] ?? {}
  return {
    method: 'POST',
    path: geminiPath(context.model.key, method),
    body: { ...encodeGeminiBody(request, context), ...context.rules.force, ...options },
    notes: [],
  }
}

/** `/models/{key}:{method}`; tuned models name their own collection. */
export const geminiPath = (key: string, method: string): string => {
  const name = key.includes('/') ? key : `models/${key}`
  return `/${name.split('/').map(encodeURIComponent).join('/')}:${method}`
}

export const encodeGeminiBody = (request: ChatRequest, context: EncodeContext): JsonObject => {
  const system = request.messages.flatMap((message) => (message.role === 'system' ? message.content : [])).join('\n\n')
  const asUser = context.rules.systemRole === 'user' && system !== ''
  const turns = encodeTurns(request.messages, context)
  const config = encodeConfig(request, context)
  return withoutUndefined({
    contents: asUser ? mergeTurns([{ role: 'user', parts: [{ text: system }] }, ...turns]) : turns,
    systemInstruction: system === '' || asUser ? undefined : { parts: [{ text: system }] },
    ...encodeTools(request),
    generationConfig: Object.keys(config).length === 0 ? undefined : config,
  })
}

const mergeTurns = (turns: readonly Turn[]): Turn[] => {
  const merged: Turn[] = []
  for (const turn of turns) {
    const last = merged.at(-1)
    if (last?.role === turn.role) last.parts.push(...turn.parts)
    else if (turn.parts.length > 0) merged.push({ role: turn.role, parts: [...turn.parts] })
  }
  return merged
}

const encodeTurns = (messages: readonly Message[], context: EncodeContext): Turn[] => {
  // A result names its function here, not only its call.
  const calls = new Map(
    messages
      .flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []))
      .map((call) => [call.id, call]),
  )
  const turns = messages.flatMap((message): Turn[] => {
    if (message.role === 'system') return []
    if (message.role === 'assistant') return [{ role: 'model', parts: encodeAssistant(message, context) }]
    if (message.role === 'user') return [{ role: 'user', parts: encodeParts(message.content) }]
    const call = calls.get(message.toolCallId)
    return [{ role: 'user', parts: encodeToolResult(message, call?.name ?? 'unknown', givenId(call?.opaque)) }]
  })
  return mergeTurns(turns)
}

const givenId = (opaque: OpaqueState | undefined): string | undefined =>
  opaque?.provider === 'gemini' ? (toText(toObject(opaque.data)['id']) ?? undefined) : undefined

const signatureOf = (opaque: OpaqueState | undefined): string | undefined =>
  opaque?.provider === 'gemini' ? (toText(toObject(opaque.data)['signature']) ?? undefined) : undefined

/**
 * Calls that another provider or a stripped history made carry no signature, and models that think by level refuse
 * those. Google names this value for such histories, as a last resort: a request passes with it that would be a 400, and the
 * model may do worse than with its own thoughts. Not tested with a key by us; other gateways report that it works.
 */
const FOREIGN_SIGNATURE = 'skip_thought_signature_validator'

const encodeAssistant = (message: AssistantMessage, context: EncodeContext): JsonObject[] => {
  const textSignature = signatureOf(message.opaque)
  const text =
    message.content === '' && textSignature === undefined
      ? []
      : [withoutUndefined({ text: message.content, thoughtSignature: textSignature })]
  const calls = message.toolCalls ?? []
  const unsigned = context.rules.thinking === 'level' && calls.every((call) => signatureOf(call.opaque) === undefined)
  return [
    ...text,
    ...calls.map((call, index) => {
      const args = parseJson(call.arguments)
      return withoutUndefined({
        functionCall: withoutUndefined({
          id: givenId(call.opaque),
          name: call.name,
          args: isObject(args) ? (args as JsonObject) : {},
        }),
        thoughtSignature: signatureOf(call.opaque) ?? (unsigned && index === 0 ? FOREIGN_SIGNATURE : undefined),
      })
    }),
  ]
}

const encodeToolResult = (message: ToolMessage, name: string, id: string | undefined): JsonObject[] => {
  const parts = typeof message.content === 'string' ? [] : message.content.filter((part) => part.type !== 'text')
  const text =
    typeof message.content === 'string'
      ? message.content
      : message.content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n')
  const response = message.isError ? { error: text } : { output: text }
  return [{ functionResponse: withoutUndefined({ id, name, response }) }, ...encodeParts(parts)]
}

const encodeParts = (content: string | readonly ContentPart[]): JsonObject[] =>
  typeof content === 'string' ? [{ text: content }] : content.map(encodePart)

const encodePart = (part: ContentPart): JsonObject => {
  if (part.type === 'text') return { text: part.text }
  if (part.type !== 'image') return { inlineData: { mimeType: part.mediaType, data: part.base64 } }
  if ('url' in part.source)
    throw new AppError('unsupported-capability', 'images travel as bytes here, not by address', {
      details: { capability: 'image-url' },
    })
  return { inlineData: { mimeType: part.source.mediaType, data: part.source.base64 } }
}

const encodeTools = (request: ChatRequest): Record<string, JsonValue> => {
  if (!request.tools?.length) return {}
  const declarations = request.tools.map((tool) =>
    withoutUndefined({ name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters }),
  )
  const choice = request.toolChoice
  const mode = choice === 'none' ? 'NONE' : choice === 'required' || typeof choice === 'object' ? 'ANY' : 'AUTO'
  const named = typeof choice === 'object' ? { allowedFunctionNames: [choice.name] } : {}
  return {
    tools: [{ functionDeclarations: declarations }],
    ...(choice === undefined ? {} : { toolConfig: { functionCallingConfig: { mode, ...named } } }),
  }
}

const encodeConfig = (request: ChatRequest, context: EncodeContext): JsonObject => {
  const format = request.responseFormat
  const json = format !== undefined && format.type !== 'text'
  return withoutUndefined({
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    maxOutputTokens: request.maxOutputTokens,
    stopSequences: request.stop?.length ? request.stop : undefined,
    seed: request.seed,
    presencePenalty: request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty,
    responseMimeType: json ? 'application/json' : undefined,
    responseJsonSchema: format?.type === 'schema' ? format.schema : undefined,
    thinkingConfig: encodeThinking(request, context),
  })
}

/** The budgets behind the words, as Google's own compatible endpoint maps them. */
const BUDGET: Readonly<Record<ReasoningEffort, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
}

const encodeThinking = (request: ChatRequest, context: EncodeContext): JsonObject | undefined => {
  const { effort, includeText } = request.reasoning ?? {}
  if (effort === undefined && includeText === undefined) return undefined
  const byBudget = context.rules.thinking === 'budget'
  return withoutUndefined({
    includeThoughts: includeText,
    thinkingBudget: effort !== undefined && byBudget ? BUDGET[effort] : undefined,
    thinkingLevel: effort !== undefined && !byBudget ? effort : undefined,
  })
}
