// The neutral words inside the simulator: what was asked, what is answered, what goes over the wire.
// A wire file turns a provider's request into an Ask and an Answer into a Reply; nothing else knows both sides.

export const PROVIDERS = ['openai', 'together', 'groq', 'gemini', 'anthropic', 'ollama', 'compatible'] as const
export type ProviderName = (typeof PROVIDERS)[number]

export type JsonObject = Record<string, unknown>

export type ToolSpec = { name: string; schema: JsonObject }
/** `arguments` is JSON text, so that a broken call can be shown as it would arrive. */
export type ToolCall = { id: string; name: string; arguments: string }

export type Turn = {
  role: 'system' | 'user' | 'assistant' | 'tool'
  text: string
  images: number
  audioSeconds: number
  toolCalls: ToolCall[]
}

export type ToolChoice = 'auto' | 'none' | 'required' | { name: string }

export type Ask = {
  provider: ProviderName
  /** The model id as the caller wrote it; answers carry it back. */
  model: string
  turns: Turn[]
  tools: ToolSpec[]
  toolChoice: ToolChoice
  parallelTools: boolean
  schema?: JsonObject
  jsonMode: boolean
  maxOutputTokens: number
  stop: string[]
  stream: boolean
  includeUsage: boolean
  /** Tokens the model spends thinking before it answers; 0 for models that do not think. */
  reasoningTokens: number
  /** Whether thinking text is part of the answer. */
  showReasoning: boolean
  /** Length in characters of the prefix the caller marked for caching; undefined where caching is automatic. */
  cachePrefixCharacters?: number
  /** Wire-format extras that only the encoder of the same format reads. */
  extra: JsonObject
}

export type Usage = {
  inputTokens: number
  cachedTokens: number
  cacheWriteTokens: number
  /** Includes reasoningTokens. */
  outputTokens: number
  reasoningTokens: number
  audioTokens: number
}

export type Finish = 'stop' | 'length' | 'tool_calls' | 'refusal'

export type Draft = {
  text: string
  reasoning: string
  toolCalls: ToolCall[]
  finish: Finish
  /** The stop string that ended the text. */
  stoppedAt?: string
}
export type Answer = Draft & { usage: Usage }

export type FrameKind =
  'start' | 'ping' | 'reasoning' | 'content' | 'tool' | 'finish' | 'usage' | 'end' | 'body' | 'error'

/** One piece of a body. `waitMs` passes before it is written; `after` is what happens to the connection afterwards. */
export type Frame = { kind: FrameKind; data: string; waitMs?: number; after?: 'stall' | 'reset' | 'close' }

export type Reply = { status: number; headers: Record<string, string>; frames: Frame[]; stream: boolean }

/** What an error body may mention. Waits in milliseconds, sizes in tokens unless said otherwise. */
export type ErrorInfo = {
  model: string
  parameter?: string
  value?: string
  message?: string
  limit?: number
  requested?: number
  used?: number
  outputTokens?: number
  waitMs?: number
  key?: string
  /** Milliseconds since 1970 at the moment of the answer. */
  now: number
  path?: string
}

export type ErrorSpec = {
  status: number
  headers?: (info: ErrorInfo) => Record<string, string>
  /** A string is sent as it is (HTML); anything else as JSON. */
  body: (info: ErrorInfo) => unknown
}

export type ErrorTable = Record<string, ErrorSpec>

/** A refusal by the provider's rules, rendered by that provider's error table. */
export class WireFailure extends Error {
  readonly kind: string
  readonly info: Partial<ErrorInfo>
  constructor(kind: string, info: Partial<ErrorInfo> = {}) {
    super(info.message ?? kind)
    this.name = 'WireFailure'
    this.kind = kind
    this.info = info
  }
}
