/** Rows and targets for tests: a model that can do everything unless the test says otherwise. */
import type { CallContext, CallPart, CallResult, CallTarget } from '../../src/gateway/call.ts'
import { row } from '../../src/gateway/testing/row.ts'
import type { Credential } from '../../src/gateway/types/credential.ts'
import type { ModelRow } from '../../src/gateway/types/models.ts'

export const makeRow = (provider: string, key: string, changes: Partial<ModelRow> = {}): ModelRow =>
  row(`${provider}/${key}`, {
    operations: ['chat', 'embed', 'transcribe', 'image'],
    contextLength: 131_072,
    maxOutputTokens: 16_384,
    inputModalities: ['text', 'image', 'audio', 'file'],
    capabilities: ['stream', 'tools', 'schema', 'json', 'reasoning', 'vision'],
    prices: null,
    ...changes,
  })

export const makeCredential = (provider: string, secret: string): Credential => ({
  id: `${provider}-1`,
  name: 'test',
  provider,
  secret: () => secret,
  weight: 1,
})

export const makeTarget = (model: ModelRow, baseUrl: string, secret = 'test-key-0123456789'): CallTarget => ({
  model,
  credential: makeCredential(model.provider, secret),
  baseUrl,
})

export const makeContext = (changes: Partial<CallContext> = {}): CallContext => ({
  signal: new AbortController().signal,
  parameterPolicy: 'adapt',
  ...changes,
})

/** All parts of a stream, with its result apart. */
export const collect = async (stream: AsyncIterable<CallPart>): Promise<{ parts: CallPart[]; result: CallResult }> => {
  const parts: CallPart[] = []
  for await (const part of stream) parts.push(part)
  const last = parts.at(-1)
  if (last?.type !== 'end') throw new Error('the stream has no end part')
  return { parts, result: last.result }
}

/** What the deltas add up to; must equal the result of the end part. */
export const joinDeltas = (parts: readonly CallPart[]): { text: string; reasoning: string; calls: string[] } => {
  const calls: string[] = []
  let text = ''
  let reasoning = ''
  for (const part of parts) {
    if (part.type === 'text-delta') text += part.text
    if (part.type === 'reasoning-delta') reasoning += part.text
    if (part.type === 'tool-call-start') calls[part.index] = ''
    if (part.type === 'tool-call-delta') calls[part.index] = (calls[part.index] ?? '') + part.arguments
  }
  return { text, reasoning, calls }
}
