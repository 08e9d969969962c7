// The one list of faults. Error faults come out of the providers' error tables, so a body is written once.
import type { ErrorTable, ProviderName } from '../types.ts'
import { PROVIDERS } from '../types.ts'
import { anthropicErrors } from '../errors/anthropic.ts'
import { geminiErrors } from '../errors/gemini.ts'
import { groqErrors } from '../errors/groq.ts'
import { compatibleErrors, ollamaErrors } from '../errors/local.ts'
import { openaiErrors } from '../errors/openai.ts'
import { togetherErrors } from '../errors/together.ts'
import { ANSWER_FAULTS } from './answer.ts'
import { BODY_FAULTS } from './body.ts'
import { CONNECTION_FAULTS } from './connection.ts'
import { SEQUENCE_FAULTS } from './sequence.ts'
import { STREAM_FAULTS } from './stream.ts'
import type { Fault } from './types.ts'

export const ERROR_TABLES: Record<ProviderName, ErrorTable> = {
  openai: openaiErrors,
  together: togetherErrors,
  groq: groqErrors,
  gemini: geminiErrors,
  anthropic: anthropicErrors,
  ollama: ollamaErrors,
  compatible: compatibleErrors,
}

/** Where a provider has no body of that kind, the kind it would use instead. */
const NEAREST: Record<string, string[]> = {
  quota: ['credit-balance', 'billing', 'rate-limit-day', 'rate-limit'],
  billing: ['quota', 'credit-balance', 'permission'],
  'credit-balance': ['quota', 'billing', 'permission'],
  'rate-limit-requests': ['rate-limit'],
  'rate-limit-day': ['rate-limit-requests', 'rate-limit'],
  'too-large-for-quota': ['rate-limit'],
  'missing-key': ['bad-key'],
  'malformed-model': ['unknown-model'],
  'not-a-chat-model': ['unknown-model'],
  'responses-only': ['unknown-model'],
  'not-serverless': ['unknown-model'],
  'unknown-path': ['unknown-model'],
  'unsupported-parameter': ['unknown-field', 'invalid-request'],
  'unsupported-value': ['unsupported-parameter', 'unknown-field', 'invalid-request'],
  'max-output': ['invalid-request'],
  'content-policy': ['invalid-request'],
  'invalid-file': ['invalid-request'],
  'file-too-large': ['invalid-request'],
  permission: ['region', 'insufficient-permissions'],
  unavailable: ['overloaded'],
  timeout: ['overloaded'],
}

/** The error kind a provider really has for `kind`, or undefined. */
export const nearestKind = (table: ErrorTable, kind: string): string | undefined =>
  [kind, ...(NEAREST[kind] ?? [])].find((name) => table[name] !== undefined)

const statusesOf = (kind: string): string => {
  const found = PROVIDERS.flatMap((provider) => {
    const spec = ERROR_TABLES[provider][kind]
    return spec ? [`${provider} ${spec.status}`] : []
  })
  return found.join(', ')
}

const errorKinds = [...new Set(PROVIDERS.flatMap((provider) => Object.keys(ERROR_TABLES[provider])))].sort()

const ERROR_FAULTS: Fault[] = errorKinds
  // A refused prefill depends on the conversation and is among the answer faults.
  .filter((kind) => kind !== 'prefill-refused')
  .map((kind) => ({
    name: kind,
    family: 'error',
    what: `the provider’s error: ${statusesOf(kind)}`,
    reply: ({ errorReply }) => errorReply(kind),
  }))

const STATUS_FAULT: Fault = {
  name: 'status',
  family: 'error',
  args: 'status',
  what: 'the provider’s usual body for this status (fault:503 is short for fault:status:503)',
  reply: ({ args, errorReply }) => errorReply(`status-${args[0] ?? '500'}`),
}

export const FAULTS: Fault[] = [
  STATUS_FAULT,
  ...ERROR_FAULTS,
  ...CONNECTION_FAULTS,
  ...STREAM_FAULTS,
  ...BODY_FAULTS,
  ...ANSWER_FAULTS,
  ...SEQUENCE_FAULTS,
]

/** Whether a provider has this fault: error kinds must be in its table, or have a nearest one there. */
export const hasFault = (provider: ProviderName, name: string): boolean => {
  const fault = byName.get(name)
  if (!fault) return false
  return fault.family !== 'error' || name === 'status' || nearestKind(ERROR_TABLES[provider], name) !== undefined
}

const byName = new Map(FAULTS.map((fault) => [fault.name, fault]))

export const findFault = (name: string): Fault | undefined => byName.get(name)
