import { toArray, toObject, toText } from '../../lib/json.ts'
import { operationsOf } from '../catalog/rules-kinds.ts'
import { geminiTranscription } from '../dialects/gemini-audio.ts'
import { geminiContent, geminiCountTokens, geminiEmbeddings, geminiPage } from '../dialects/gemini-content.ts'
import { geminiImages } from '../dialects/gemini-images.ts'
import { firstNumber } from '../dialects/openai-models.ts'
import { defineProvider } from '../provider.ts'
import type { Operation } from '../types/requests.ts'

/** The methods a row claims; the id has the last word, since music and robots claim to generate content too. */
const readOperations = (key: string, methods: readonly unknown[]): readonly Operation[] => {
  const known = operationsOf('gemini', key)
  if (known !== undefined) return known
  return methods.includes('generateContent') ? ['chat'] : methods.includes('embedContent') ? ['embed'] : []
}

export const gemini = defineProvider({
  id: 'gemini',
  displayName: 'Google Gemini',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  needsKey: true,
  // In a header: keys in addresses reach logs.
  auth: (secret) => ({ 'x-goog-api-key': secret }),
  request: { imageBytesOnly: true, stop: { most: 5 }, drop: ['parallelToolCalls'] },
  chat: geminiContent,
  embed: geminiEmbeddings,
  transcribe: geminiTranscription,
  image: geminiImages,
  countTokens: geminiCountTokens,
  models: {
    path: '/models?pageSize=1000',
    page: geminiPage,
    toModel: (value) => {
      const row = toObject(value)
      const key = toText(row['name'])?.replace(/^models\//, '')
      if (!key) return null
      const contextLength = firstNumber(row, ['inputTokenLimit'])
      const maxOutputTokens = firstNumber(row, ['outputTokenLimit'])
      const displayName = toText(row['displayName'])
      return {
        key,
        operations: readOperations(key, toArray(row['supportedGenerationMethods'])),
        ...(displayName === null ? {} : { displayName }),
        ...(contextLength === null ? {} : { contextLength }),
        ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
      }
    },
  },
  failures: [
    { reason: ['API_KEY_INVALID', 'API_KEY_EXPIRED'], then: 'credential-invalid' },
    { type: ['UNAUTHENTICATED'], then: 'credential-invalid' },
    // The delay of a daily quota says seconds and misleads.
    { status: [429], quotaId: /PerDay/, then: 'provider-daily-limit', ignoreRetryHint: true },
    { status: [429], then: 'provider-rate-limited' },
    { type: ['FAILED_PRECONDITION'], text: /billing/i, then: 'provider-quota' },
    { type: ['FAILED_PRECONDITION'], then: 'credential-forbidden', details: { reason: 'region' } },
    { type: ['PERMISSION_DENIED'], text: /unregistered callers/i, then: 'credential-invalid' },
    { type: ['PERMISSION_DENIED'], then: 'credential-forbidden' },
    { status: [400], text: /unexpected model name format/i, then: 'model-not-found' },
    {
      status: [400],
      text: /response mime type.*is unsupported|is not supported (?:by|for) (?:this model|the model)|is not enabled for/i,
      then: 'unsupported-capability',
    },
    {
      status: [400],
      text: /payload size exceeds the limit/i,
      then: 'provider-request-too-large',
      details: { reason: 'bytes' },
    },
    { type: ['NOT_FOUND'], then: 'model-not-found' },
    { type: ['UNAVAILABLE'], then: 'provider-overloaded' },
    { type: ['DEADLINE_EXCEEDED'], then: 'provider-timeout' },
    { type: ['INTERNAL'], then: 'provider-error' },
  ],
})
