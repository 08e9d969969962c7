/** What is said in a conversation: parts, tool calls and the messages that hold them. */
import type { JsonValue } from './json.ts'

export interface TextPart {
  readonly type: 'text'
  readonly text: string
}

/** An image by https address or as bytes in base64 with its media type. */
export interface ImagePart {
  readonly type: 'image'
  readonly source: { readonly url: string } | { readonly base64: string; readonly mediaType: string }
  readonly detail?: 'auto' | 'low' | 'high'
}

export interface AudioPart {
  readonly type: 'audio'
  readonly base64: string
  readonly mediaType: string
}

export interface FilePart {
  readonly type: 'file'
  readonly base64: string
  readonly mediaType: string
  readonly name?: string
}

export type ContentPart = TextPart | ImagePart | AudioPart | FilePart

/**
 * State that only its provider understands (thought signatures, thinking blocks). It is handed back untouched to the
 * same provider and left out for every other one.
 */
export interface OpaqueState {
  readonly provider: string
  readonly data: JsonValue
}

export interface ToolCall {
  readonly id: string
  readonly name: string
  /** JSON text exactly as the model wrote it; `{}` when it wrote nothing. */
  readonly arguments: string
  readonly opaque?: OpaqueState
}

export interface SystemMessage {
  readonly role: 'system'
  readonly content: string
}

export interface UserMessage {
  readonly role: 'user'
  readonly content: string | readonly ContentPart[]
}

export interface AssistantMessage {
  readonly role: 'assistant'
  readonly content: string
  readonly reasoning?: string
  readonly toolCalls?: readonly ToolCall[]
  readonly opaque?: OpaqueState
}

export interface ToolMessage {
  readonly role: 'tool'
  readonly toolCallId: string
  readonly content: string | readonly ContentPart[]
  readonly isError?: boolean
}

export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage
