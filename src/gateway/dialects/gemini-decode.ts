/** Gemini's answer, plain and streamed: every chunk of a stream is a whole answer with running totals. */
import { isObject, toArray, toCount, toObject, toText } from '../../lib/json.ts'
import type { UnknownObject } from '../../lib/json.ts'
import type { ServerEvent } from '../../lib/sse.ts'
import type { CallPart, CallResult } from '../call.ts'
import type { DecodeContext } from '../provider.ts'
import type { FinishReason } from '../types/answers.ts'
import type { Note, Usage } from '../types/attempts.ts'
import type { OpaqueState } from '../types/messages.ts'
import { createAccumulator } from './accumulator.ts'
import type { Accumulator } from './accumulator.ts'
import { WireError } from './wire-error.ts'
import { readEventObject } from './stream-event.ts'
import { toUsage } from './usage.ts'

const FINISH: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
}

const readFinish = (reason: string, message: string | null): FinishReason => {
  const finish = FINISH[reason]
  if (finish !== undefined) return finish
  if (reason === 'LANGUAGE') throw new WireError('unsupported-capability', 'the model does not know this language')
  throw new WireError('output-invalid', `the model stopped with ${reason}${message === null ? '' : `: ${message}`}`)
}

/** Thoughts are listed apart from the output here; tokens of the provider's own tools come on top of the prompt. */
export const readGeminiUsage = (value: unknown): Usage | null => {
  if (!isObject(value)) return null
  return toUsage({
    input: toCount(value['promptTokenCount']) + toCount(value['toolUsePromptTokenCount']),
    output: toCount(value['candidatesTokenCount']) + toCount(value['thoughtsTokenCount']),
    cached: toCount(value['cachedContentTokenCount']),
    reasoning: toCount(value['thoughtsTokenCount']),
    audioInput: ofModality(value['promptTokensDetails'], 'AUDIO'),
    cachedAudioInput: ofModality(value['cacheTokensDetails'], 'AUDIO'),
    imageOutput: ofModality(value['candidatesTokensDetails'], 'IMAGE'),
  })
}

const ofModality = (details: unknown, modality: string): number =>
  toArray(details)
    .map(toObject)
    .reduce((sum, one) => (one['modality'] === modality ? sum + toCount(one['tokenCount']) : sum), 0)

interface State {
  readonly answer: Accumulator
  finish: FinishReason | null
  usage: Usage | null
  servedModel: string | null
  textSignature: string | null
}

const createState = (): State => ({
  answer: createAccumulator(),
  finish: null,
  usage: null,
  servedModel: null,
  textSignature: null,
})

const readChunk = (chunk: UnknownObject, state: State, context: DecodeContext): CallPart[] => {
  state.servedModel = toText(chunk['modelVersion']) ?? state.servedModel
  state.usage = readGeminiUsage(chunk['usageMetadata']) ?? state.usage
  const candidate = toArray(chunk['candidates']).map(toObject)[0]
  if (candidate === undefined) return throwIfBlocked(chunk)
  const parts = toArray(toObject(candidate['content'])['parts']).flatMap((part) =>
    readPart(toObject(part), state, context),
  )
  const reason = toText(candidate['finishReason'])
  if (reason === null || reason === 'FINISH_REASON_UNSPECIFIED') return parts
  const message = toText(candidate['finishMessage'])
  state.finish = readFinish(reason, message)
  return state.finish === 'content-filter' ? [...parts, ...state.answer.note(stoppedNote(reason, message))] : parts
}

const stoppedNote = (reason: string, message: string | null): Note => ({
  kind: 'provider-message',
  message: message ?? `The answer was stopped: ${reason}.`,
})

/** How one answer that holds no text ended: an image, or none with the reason. */
export const readGeminiEnding = (answer: UnknownObject): { finishReason: FinishReason; notes: readonly Note[] } => {
  const candidate = toObject(toArray(answer['candidates'])[0])
  if (candidate['finishReason'] === undefined) throwIfBlocked(answer)
  const reason = toText(candidate['finishReason']) ?? 'STOP'
  const finishReason = FINISH[reason] ?? 'stop'
  const message = toText(candidate['finishMessage'])
  return { finishReason, notes: finishReason === 'stop' ? [] : [stoppedNote(reason, message)] }
}

const throwIfBlocked = (chunk: UnknownObject): CallPart[] => {
  const feedback = toObject(chunk['promptFeedback'])
  const reason = toText(feedback['blockReason'])
  if (reason === null) return []
  throw new WireError('content-refused', toText(feedback['blockReasonMessage']) ?? `the prompt was blocked: ${reason}`)
}

const readPart = (part: UnknownObject, state: State, context: DecodeContext): CallPart[] => {
  const signature = toText(part['thoughtSignature'])
  if (isObject(part['functionCall'])) return readCall(part['functionCall'], signature, state, context)
  const text = toText(part['text']) ?? ''
  if (part['thought'] === true) return state.answer.reasoning(text)
  if (signature !== null) state.textSignature = signature
  return state.answer.text(text)
}

const readCall = (call: UnknownObject, signature: string | null, state: State, context: DecodeContext): CallPart[] => {
  const index = state.answer.toolCount()
  const id = toText(call['id'])
  const started = state.answer.toolStart(index, id ?? context.newId(), toText(call['name']) ?? '')
  if (signature !== null || id !== null) state.answer.toolOpaque(index, opaque({ signature, id }))
  return [
    ...started,
    ...state.answer.toolDelta(index, JSON.stringify(call['args'] ?? {})),
    ...state.answer.toolEnd(index),
  ]
}

const opaque = (data: Readonly<Record<string, string | null>>): OpaqueState => ({
  provider: 'gemini',
  data: Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null)),
})

const endState = (state: State): CallPart[] => {
  if (state.finish === null)
    throw new WireError('stream-interrupted', 'the stream ended before the answer was complete')
  return state.answer.end({
    finishReason: state.finish,
    usage: state.usage,
    servedModel: state.servedModel,
    opaque: state.textSignature === null ? null : opaque({ signature: state.textSignature }),
  })
}

export const decodeGemini = (body: unknown, context: DecodeContext): CallResult => {
  const state = createState()
  const chunks = Array.isArray(body) ? body : [body]
  if (!chunks.every(isObject)) throw new WireError('provider-malformed', 'the answer is no object')
  for (const chunk of chunks) readChunk(toObject(chunk), state, context)
  if (state.finish === null) throw new WireError('provider-malformed', 'the answer holds no finished candidate')
  const end = endState(state).at(-1)
  if (end?.type !== 'end') throw new WireError('provider-malformed', 'the answer holds no end')
  return end.result
}

const isPaused = (chunk: UnknownObject): boolean =>
  toObject(toArray(chunk['candidates'])[0])['finishReason'] === 'CONTINUATION'

export async function* decodeGeminiStream(
  events: AsyncIterable<ServerEvent>,
  context: DecodeContext,
): AsyncGenerator<CallPart> {
  const state = createState()
  const read = (chunk: UnknownObject): CallPart[] => {
    if (isPaused(chunk)) context.paused(chunk)
    return readChunk(chunk, state, context)
  }
  for await (const event of events) {
    yield* readEventObject(event, state.answer, read)
    // The body ends by itself; a server that forgets to end it costs only the linger time.
    if (state.finish !== null) context.complete()
  }
  yield* endState(state)
}
