// Gemini's generateContent format: candidates of parts, a running usageMetadata on every chunk, CR LF between events.
import type { Answer, Ask, Frame, JsonObject, Reply, ToolChoice, ToolSpec, Turn } from '../types.ts'
import { eventStream, json } from '../exchange.ts'
import { isObject, parseJson, toArray, toObject, toText } from '../json.ts'
import { hashNumber, makeId, toPieces } from '../tokens.ts'
import { secondsOfBase64 } from './chat-request.ts'

/** Field names may come in snake_case too; this reads either. */
export const pick = (object: JsonObject, name: string): unknown =>
  object[name] ?? object[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]

const readParts = (content: JsonObject): Turn[] => {
  const parts = toArray(content['parts']).filter(isObject)
  const mime = (part: JsonObject) =>
    toText(pick(toObject(pick(part, 'inlineData') ?? pick(part, 'fileData')), 'mimeType'))
  const audio = parts.filter((part) => mime(part).startsWith('audio/'))
  const responses = parts.map((part) => pick(part, 'functionResponse')).filter(isObject)
  const calls = parts.map((part) => pick(part, 'functionCall')).filter(isObject)
  const base = { images: 0, audioSeconds: 0, toolCalls: [] }
  const results = responses.map((entry): Turn => {
    const response = toObject(entry['response'])
    const value = response['output'] ?? response['result'] ?? response
    return { ...base, role: 'tool', text: typeof value === 'string' ? value : JSON.stringify(value) }
  })
  if (results.length > 0) return results
  return [
    {
      role: content['role'] === 'model' ? 'assistant' : 'user',
      text: parts
        .filter((part) => part['thought'] !== true)
        .map((part) => toText(part['text']))
        .filter(Boolean)
        .join('\n'),
      images: parts.filter((part) => mime(part).startsWith('image/')).length,
      audioSeconds: audio.reduce(
        (sum, part) => sum + secondsOfBase64(toText(toObject(pick(part, 'inlineData'))['data'])),
        0,
      ),
      toolCalls: calls.map((call) => ({
        id: toText(call['id']),
        name: toText(call['name']),
        arguments: JSON.stringify(call['args'] ?? {}),
      })),
    },
  ]
}

export const readContents = (body: JsonObject): Turn[] => {
  const system = toArray(toObject(pick(body, 'systemInstruction'))['parts'])
    .map((part) => toText(toObject(part)['text']))
    .join('\n')
  const turns = toArray(body['contents']).flatMap((content) => readParts(toObject(content)))
  return system === '' ? turns : [{ role: 'system', text: system, images: 0, audioSeconds: 0, toolCalls: [] }, ...turns]
}

export const readDeclarations = (body: JsonObject): ToolSpec[] =>
  toArray(body['tools'])
    .flatMap((tool) => toArray(pick(toObject(tool), 'functionDeclarations')))
    .map(toObject)
    .map((spec) => ({
      name: toText(spec['name']),
      schema: toObject(pick(spec, 'parametersJsonSchema') ?? spec['parameters']),
    }))

export const readMode = (body: JsonObject): ToolChoice => {
  const config = toObject(pick(toObject(pick(body, 'toolConfig')), 'functionCallingConfig'))
  const mode = toText(config['mode']).toUpperCase()
  const allowed = toArray(pick(config, 'allowedFunctionNames'))
  if (mode === 'NONE') return 'none'
  if (mode !== 'ANY') return 'auto'
  return allowed.length === 1 ? { name: toText(allowed[0]) } : 'required'
}

const FINISH: Record<Answer['finish'], string> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  tool_calls: 'STOP',
  refusal: 'SAFETY',
}

const usageOf = (answer: Answer): JsonObject => {
  const { inputTokens, outputTokens, reasoningTokens, audioTokens, cachedTokens } = answer.usage
  const spoken = outputTokens - reasoningTokens
  return {
    promptTokenCount: inputTokens,
    ...(cachedTokens > 0 ? { cachedContentTokenCount: cachedTokens } : {}),
    ...(spoken > 0 ? { candidatesTokenCount: spoken } : {}),
    totalTokenCount: inputTokens + outputTokens,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: inputTokens - audioTokens },
      ...(audioTokens > 0 ? [{ modality: 'AUDIO', tokenCount: audioTokens }] : []),
    ],
    ...(reasoningTokens > 0 ? { thoughtsTokenCount: reasoningTokens } : {}),
    serviceTier: 'standard',
  }
}

const signature = (text: string) =>
  Buffer.from(`thought ${hashNumber(text)} ${text}`.padEnd(180, '·').slice(0, 180)).toString('base64')

/** An alias answers with the version behind it. */
const versionOf = (model: string) => (/flash-latest/.test(model) ? 'gemini-3.5-flash' : model.replace(/^models\//, ''))

const callParts = (ask: Ask, answer: Answer): JsonObject[] =>
  answer.toolCalls.map((call, index) => {
    const withId = ask.extra['callIds'] === true ? { id: makeId(8).toLowerCase() } : {}
    // Only the first call of a turn carries the signature.
    const signed = index === 0 && ask.extra['callIds'] === true ? { thoughtSignature: signature(call.name) } : {}
    return { functionCall: { name: call.name, args: toObject(parseJson(call.arguments)), ...withId }, ...signed }
  })

const envelope = (ask: Ask) => ({ modelVersion: versionOf(ask.model), responseId: makeId(22) })

export const writeContent = (ask: Ask, answer: Answer): Reply => {
  const signed = answer.usage.reasoningTokens > 0 && ask.extra['callIds'] === true
  const parts: JsonObject[] = [
    ...(answer.reasoning === '' ? [] : [{ text: `${answer.reasoning}\n\n\n`, thought: true }]),
    ...(answer.text === '' || answer.finish === 'refusal'
      ? []
      : [{ text: answer.text, ...(signed ? { thoughtSignature: signature(answer.text) } : {}) }]),
    ...callParts(ask, answer),
  ]
  const candidate = {
    content: { ...(parts.length > 0 ? { parts } : {}), role: 'model' },
    finishReason: FINISH[answer.finish],
    index: 0,
    ...(answer.toolCalls.length > 0 ? { finishMessage: 'Model generated function call(s).' } : {}),
    ...(answer.finish === 'refusal'
      ? { safetyRatings: [{ category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'HIGH', blocked: true }] }
      : {}),
  }
  return json(
    200,
    { candidates: [candidate], usageMetadata: usageOf(answer), ...envelope(ask) },
    { 'content-type': 'application/json; charset=UTF-8' },
  )
}

export const streamContent = (ask: Ask, answer: Answer): Reply => {
  const fixed = envelope(ask)
  const chunk = (kind: Frame['kind'], parts: JsonObject[], usage: JsonObject, finish?: string): Frame => {
    const candidate = {
      content: { parts, role: 'model' },
      ...(finish === undefined ? {} : { finishReason: finish }),
      index: 0,
    }
    return {
      kind,
      data: `data: ${JSON.stringify({ candidates: [candidate], usageMetadata: usage, ...fixed })}\r\n\r\n`,
    }
  }
  const whole = usageOf(answer)
  const spoken = answer.usage.outputTokens - answer.usage.reasoningTokens
  const pieces = answer.finish === 'refusal' ? [] : groupPieces(toPieces(answer.text))
  const running = (index: number): JsonObject => {
    const count = Math.max(1, Math.round((spoken * (index + 1)) / Math.max(1, pieces.length)))
    return {
      ...whole,
      candidatesTokenCount: count,
      totalTokenCount: answer.usage.inputTokens + answer.usage.reasoningTokens + count,
    }
  }
  const signed = answer.usage.reasoningTokens > 0 && answer.text !== '' && ask.extra['callIds'] === true
  const frames = [
    ...groupPieces(toPieces(answer.reasoning)).map((text) =>
      chunk('reasoning', [{ text, thought: true }], running(-1)),
    ),
    ...pieces.map((text, index) => chunk('content', [{ text }], running(index))),
    ...callParts(ask, answer).map((part) => chunk('tool', [part], whole)),
    chunk(
      'finish',
      [{ text: '', ...(signed ? { thoughtSignature: signature(answer.text) } : {}) }],
      whole,
      FINISH[answer.finish],
    ),
  ]
  return ask.extra['sse'] === false ? asArray(frames) : eventStream(frames, 'text/event-stream')
}

const PIECES_PER_CHUNK = 3

const groupPieces = (pieces: string[]): string[] =>
  Array.from({ length: Math.ceil(pieces.length / PIECES_PER_CHUNK) }, (_, index) =>
    pieces.slice(index * PIECES_PER_CHUNK, (index + 1) * PIECES_PER_CHUNK).join(''),
  )

/** Without alt=sse the stream is one JSON array. */
const asArray = (frames: Frame[]): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  stream: true,
  frames: [
    ...frames.map((frame, index) => ({
      ...frame,
      data: `${index === 0 ? '[' : ',\r\n'}${frame.data.replace(/^data: /, '').trimEnd()}`,
    })),
    { kind: 'end', data: ']\n' },
  ],
})
