import { toText } from '../../lib/json.ts'
import { operationsOf } from '../catalog/rules-kinds.ts'
import { openAiAudio } from '../dialects/openai-audio.ts'
import { openAiChat } from '../dialects/openai-chat.ts'
import { openAiEmbeddings } from '../dialects/openai-embeddings.ts'
import { openAiImages } from '../dialects/openai-images.ts'
import { openAiModels } from '../dialects/openai-models.ts'
import { bearer, defineProvider } from '../provider.ts'

export const openai = defineProvider({
  id: 'openai',
  displayName: 'OpenAI',
  baseUrl: 'https://api.openai.com/v1',
  needsKey: true,
  auth: bearer,
  request: { rename: { max_tokens: 'max_completion_tokens' }, drop: ['topK'], stop: { most: 4 } },
  chat: openAiChat,
  embed: openAiEmbeddings,
  transcribe: openAiAudio,
  image: openAiImages,
  models: openAiModels((row) => {
    const retiresAt = toText(row['shutdown_date'])
    const operations = operationsOf('openai', toText(row['id']) ?? '')
    return { ...(retiresAt === null ? {} : { retiresAt }), ...(operations === undefined ? {} : { operations }) }
  }),
})
