import { toArray, toNumber, toObject, toText } from '../../lib/json.ts'
import { ollamaChat, ollamaEmbeddings } from '../dialects/ollama-chat.ts'
import { bearer, defineProvider } from '../provider.ts'
import type { Capability, ListedModel } from '../types/models.ts'

const CAPABILITIES: Readonly<Record<string, Capability>> = { tools: 'tools', thinking: 'reasoning', vision: 'vision' }

/** What `/api/show` says beyond the list: the context length lies under a name that begins with the architecture. */
const addDetail = (model: ListedModel, body: unknown): ListedModel => {
  const detail = toObject(body)
  const info = Object.entries(toObject(detail['model_info']))
  const contextLength = toNumber(info.find(([name]) => name.endsWith('.context_length'))?.[1])
  const claimed = toArray(detail['capabilities']).flatMap((one) => toText(one) ?? [])
  const embeds = claimed.includes('embedding') && !claimed.includes('completion')
  return {
    ...model,
    operations: embeds ? ['embed'] : ['chat'],
    ...(contextLength === null ? {} : { contextLength }),
    ...(embeds
      ? {}
      : { capabilities: ['stream', 'schema', 'json', ...claimed.flatMap((one) => CAPABILITIES[one] ?? [])] }),
    ...(claimed.includes('vision') ? { inputModalities: ['text', 'image'] } : {}),
  }
}

export const ollama = defineProvider({
  id: 'ollama',
  displayName: 'Ollama',
  baseUrl: 'http://localhost:11434',
  needsKey: false,
  auth: bearer,
  request: { imageBytesOnly: true, drop: ['parallelToolCalls'], noToolChoice: true },
  chat: ollamaChat,
  embed: ollamaEmbeddings,
  models: {
    path: '/api/tags',
    page: (body) => ({ rows: toArray(toObject(body)['models']), nextPath: null }),
    toModel: (value) => {
      const row = toObject(value)
      const key = toText(row['model']) ?? toText(row['name'])
      return key === null || key === '' ? null : { key, displayName: toText(row['name']) ?? key }
    },
    detail: {
      call: (key) => ({ method: 'POST', path: '/api/show', body: { model: key }, notes: [] }),
      merge: addDetail,
    },
  },
  failures: [{ status: [404], text: /model .* not found/i, then: 'model-not-found' }],
})
