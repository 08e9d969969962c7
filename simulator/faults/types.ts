// What a fault is: a name, what it does in a sentence, and hooks into the making and sending of an answer.
import type { Ask, Draft, Frame, ProviderName, Reply, Turn } from '../types.ts'
import type { JsonObject } from '../types.ts'

export type FaultFamily = 'error' | 'connection' | 'time' | 'stream' | 'body' | 'answer' | 'sequence'

/** How the bytes leave; faults add to it. Times in milliseconds. */
export type Delivery = {
  neverAnswer?: boolean
  headersDelayMs?: number
  resetBeforeHeaders?: boolean
  resetAfterHeaders?: boolean
  /** Bytes that are no HTTP at all. */
  garbage?: boolean
  /** Announces more bytes than it sends, then closes. */
  shortOfLength?: boolean
  chunking?: 'byte' | 'split-characters'
  gzip?: boolean
}

export type ReplyContext = {
  provider: ProviderName
  model: string
  args: string[]
  now: number
  /** A whole error reply in this provider's words. */
  errorReply: (kind: string) => Reply
  /** The same error as one event of a running stream. */
  errorFrames: (kind: string) => Frame[]
}

export type Fault = {
  name: string
  family: FaultFamily
  what: string
  /** Names of the arguments with their defaults, for the reader. */
  args?: string
  /** Changes the request body before it is read. */
  request?: (body: JsonObject) => JsonObject
  /** Replaces the answer before the request is looked at. */
  reply?: (context: ReplyContext) => Reply
  /** Changes what is sent, piece by piece. */
  frames?: (reply: Reply, context: ReplyContext) => Reply
  delivery?: (args: string[]) => Delivery
  /** Writes the text of the answer in place of the usual one. */
  write?: (given: { args: string[]; turns: Turn[]; material: string }) => string
  /** How an answer goes on after `partial`. */
  join?: (given: { whole: string; partial: string }) => string
  draft?: (draft: Draft, given: { ask: Ask; args: string[]; schema: JsonObject }) => Draft
  /** The provider's rules refuse this ask. */
  refuse?: (ask: Ask) => string | undefined
  /** Chooses another fault by how often it was asked before; undefined lets the request pass. */
  sequence?: (args: string[], attempt: number) => string | undefined
}

export type Behaviour = { fault: Fault; args: string[] }
