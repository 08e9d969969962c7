import { isObject, toArray, toObject, toText } from '../../lib/json.ts'
import type { UnknownObject } from '../../lib/json.ts'
import { anthropicCountTokens, anthropicMessages } from '../dialects/anthropic-messages.ts'
import { firstNumber } from '../dialects/openai-models.ts'
import { defineProvider } from '../provider.ts'
import type { ModelList } from '../provider.ts'
import type { Capability } from '../types/models.ts'

const page: ModelList['page'] = (body) => {
  const list = toObject(body)
  const last = toText(list['last_id'])
  const more = list['has_more'] === true && last !== null
  return {
    rows: toArray(list['data']),
    nextPath: more ? `/v1/models?limit=1000&after_id=${encodeURIComponent(last)}` : null,
  }
}

const supports = (capabilities: UnknownObject, name: string): boolean =>
  toObject(capabilities[name])['supported'] === true

/** Old answers had none of it, so nothing is concluded from a field that is missing. */
const readCapabilities = (value: unknown): Capability[] | null => {
  if (!isObject(value)) return null
  return [
    'stream',
    'tools',
    ...(supports(value, 'structured_outputs') ? (['schema'] as const) : []),
    ...(supports(value, 'thinking') ? (['reasoning'] as const) : []),
    ...(supports(value, 'image_input') ? (['vision'] as const) : []),
  ]
}

export const anthropic = defineProvider({
  id: 'anthropic',
  displayName: 'Anthropic',
  baseUrl: 'https://api.anthropic.com',
  needsKey: true,
  auth: (secret) => ({ 'x-api-key': secret }),
  // The newer version refuses sampling fields, also at their defaults.
  headers: { 'anthropic-version': '2023-06-01' },
  request: { stop: { noBlanks: true }, drop: ['seed', 'frequencyPenalty', 'presencePenalty'], noJsonMode: true },
  chat: anthropicMessages,
  countTokens: anthropicCountTokens,
  models: {
    path: '/v1/models?limit=1000',
    page,
    toModel: (value) => {
      const row = toObject(value)
      const key = toText(row['id'])
      if (!key) return null
      const capabilities = readCapabilities(row['capabilities'])
      const contextLength = firstNumber(row, ['max_input_tokens'])
      const maxOutputTokens = firstNumber(row, ['max_tokens'])
      const displayName = toText(row['display_name'])
      const retiresAt = toText(row['retires_at'])
      return {
        key,
        operations: ['chat'],
        ...(displayName === null ? {} : { displayName }),
        ...(contextLength === null ? {} : { contextLength }),
        ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
        ...(capabilities === null ? {} : { capabilities }),
        ...(capabilities?.includes('vision') ? { inputModalities: ['text' as const, 'image' as const] } : {}),
        ...(retiresAt === null ? {} : { retiresAt }),
      }
    },
  },
})
