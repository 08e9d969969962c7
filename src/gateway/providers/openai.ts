import { toText } from '../../lib/json.ts'
import { openAiChat } from '../dialects/openai-chat.ts'
import { openAiEmbeddings } from '../dialects/openai-embeddings.ts'
import { openAiModels } from '../dialects/openai-models.ts'
import { bearer, defineProvider } from '../provider.ts'

export const openai = defineProvider({
  id: 'openai',
  displayName: 'OpenAI',
  baseUrl: 'https://api.openai.com/v1',
  needsKey: true,
  auth: bearer,
  request: { rename: { max_tokens: 'max_completion_tokens' }, drop: ['topK'], maxStop: 4 },
  chat: openAiChat,
  embed: openAiEmbeddings,
  models: openAiModels((row) => {
    const retiresAt = toText(row['shutdown_date'])
    return retiresAt === null ? {} : { retiresAt }
  }),
})
