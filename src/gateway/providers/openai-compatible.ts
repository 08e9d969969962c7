/** Any server that speaks like OpenAI, as often as wanted: each with its own id, name and address. */
import { openAiAudio } from '../dialects/openai-audio.ts'
import { openAiChat } from '../dialects/openai-chat.ts'
import { openAiEmbeddings } from '../dialects/openai-embeddings.ts'
import { openAiImages } from '../dialects/openai-images.ts'
import { openAiModels } from '../dialects/openai-models.ts'
import { bearer, defineProvider } from '../provider.ts'
import type { Provider, RequestTraits } from '../provider.ts'

export interface OpenAiCompatibleOptions {
  readonly id: string
  readonly baseUrl: string
  readonly displayName?: string
  readonly needsKey?: boolean
  readonly request?: RequestTraits
}

export const createOpenAiCompatible = (options: OpenAiCompatibleOptions): Provider =>
  defineProvider({
    id: options.id,
    displayName: options.displayName ?? options.id,
    baseUrl: options.baseUrl,
    needsKey: options.needsKey ?? false,
    auth: bearer,
    // As OpenAI has it; a server that takes more says so in its options.
    request: { flattenText: true, stop: { most: 4 }, ...options.request },
    chat: openAiChat,
    embed: openAiEmbeddings,
    transcribe: openAiAudio,
    image: openAiImages,
    models: openAiModels(),
  })
