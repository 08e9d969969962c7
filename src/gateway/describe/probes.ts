/** The parameters that a request may carry, each with values that show what becomes of it. */
import type { JsonObject, JsonValue } from '../types/json.ts'
import type { Message } from '../types/messages.ts'
import type {
  ChatRequest,
  EmbedRequest,
  ImageRequest,
  Operation,
  ReasoningEffort,
  Tool,
  TranscribeRequest,
} from '../types/requests.ts'

export interface Probe {
  readonly parameter: string
  /** What is shown as given; what is sent is compared with it. */
  readonly given: JsonValue
  readonly fields: object
  /** Given as well, in both requests that are compared. */
  readonly beside?: { readonly name: string; readonly fields: object }
  /** What the request that it is compared with holds in place of it, where the gateway itself would fill it in. */
  readonly instead?: object
  /** Asked for as a stream. */
  readonly stream?: true
  /** What is given has parts of its own, so that another spelling of it is no change of its meaning. */
  readonly structured?: true
}

const USER: Message = { role: 'user', content: 'Hello' }
const TOOL: Tool = { name: 'look_up', description: 'Looks it up', parameters: { type: 'object', properties: {} } }
const SCHEMA: JsonObject = {
  type: 'object',
  properties: { title: { type: 'string' } },
  required: ['title'],
  additionalProperties: false,
}
const FORMAT = { type: 'schema', name: 'answer', schema: SCHEMA, strict: true } as const
const EFFORTS: readonly ReasoningEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']
const SIX_STOPS = ['a', 'b', 'c', 'd', 'e', 'f']
/** Above what any model writes, so that its own limit shows. */
const HUGE_OUTPUT = 100_000_000

const WITH_TOOLS = { name: 'tools', fields: { tools: [TOOL] } }
const NO_REASONING = { name: 'reasoning.effort: none', fields: { reasoning: { effort: 'none' } } }

const plain = (parameter: string, given: JsonValue, beside?: Probe['beside']): Probe => ({
  parameter,
  given,
  fields: { [parameter]: given },
  ...(beside && { beside }),
})

const CHAT: readonly Probe[] = [
  { ...plain('stream', true), fields: {}, stream: true },
  { ...plain('maxOutputTokens', 1024), instead: { maxOutputTokens: 1 } },
  { ...plain('maxOutputTokens', HUGE_OUTPUT), instead: { maxOutputTokens: 1 } },
  plain('temperature', 0.5),
  plain('temperature', 0.5, NO_REASONING),
  plain('topP', 0.9),
  plain('topP', 0.9, NO_REASONING),
  plain('topK', 40),
  plain('frequencyPenalty', 0.5),
  plain('presencePenalty', 0.5),
  plain('seed', 7),
  plain('stop', ['END']),
  plain('stop', SIX_STOPS),
  ...EFFORTS.map((effort) => ({
    parameter: 'reasoning.effort',
    given: effort,
    fields: { reasoning: { effort } },
  })),
  { parameter: 'reasoning.includeText', given: true, fields: { reasoning: { includeText: true } } },
  { parameter: 'tools', given: 'look_up', fields: { tools: [TOOL] }, structured: true },
  plain('toolChoice', 'required', WITH_TOOLS),
  plain('toolChoice', 'none', WITH_TOOLS),
  plain('parallelToolCalls', false, WITH_TOOLS),
  { parameter: 'responseFormat', given: 'json', fields: { responseFormat: { type: 'json' } }, structured: true },
  { parameter: 'responseFormat', given: 'schema', fields: { responseFormat: FORMAT }, structured: true },
  {
    parameter: 'responseFormat',
    given: 'schema',
    fields: { responseFormat: FORMAT },
    beside: WITH_TOOLS,
    structured: true,
  },
  {
    parameter: 'messages.system',
    given: 'Be brief.',
    fields: { messages: [{ role: 'system', content: 'Be brief.' }, USER] },
    structured: true,
  },
  {
    parameter: 'messages.prefill',
    given: 'Once upon',
    fields: { messages: [USER, { role: 'assistant', content: 'Once upon' }] },
    structured: true,
  },
]

const EMBED: readonly Probe[] = [plain('dimensions', 256)]

const TRANSCRIBE: readonly Probe[] = [
  plain('language', 'tr'),
  plain('prompt', 'Names: Ada'),
  plain('temperature', 0.2),
  plain('timestamps', 'segment'),
  plain('timestamps', 'word'),
  plain('diarize', true),
]

const IMAGE: readonly Probe[] = [plain('count', 2), plain('size', '1024x1024')]

export const PROBES: Readonly<Record<Operation, readonly Probe[]>> = {
  chat: CHAT,
  embed: EMBED,
  transcribe: TRANSCRIBE,
  image: IMAGE,
}

interface BaseRequests {
  readonly chat: ChatRequest
  readonly embed: EmbedRequest
  readonly transcribe: TranscribeRequest
  readonly image: ImageRequest
}

/** A request with nothing but what it must have. */
export const baseRequests = (model: string): BaseRequests => ({
  chat: { model, messages: [USER] },
  embed: { model, input: ['Hello'] },
  transcribe: { model, audio: new Uint8Array(), fileName: 'sound.wav', mediaType: 'audio/wav' },
  image: { model, prompt: 'A lighthouse' },
})
