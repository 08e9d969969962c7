import { createCaller } from '../../src/gateway/caller.ts'
import { openAiChat } from '../../src/gateway/dialects/openai-chat.ts'
import { openAiModels } from '../../src/gateway/dialects/openai-models.ts'
import { bearer, defineProvider } from '../../src/gateway/provider.ts'
import { builtInProviders } from '../../src/gateway/providers/index.ts'
import { createOpenAiCompatible } from '../../src/gateway/providers/openai-compatible.ts'
import { useSimulator } from '../simulator/start-simulator.ts'
import { DECLARATIONS } from './declarations.ts'
import type { Declaration } from './declarations.ts'
import { runConformance } from './suite.ts'

/** What adding a provider takes when it speaks like OpenAI: this object. */
const added = defineProvider({
  id: 'added-today',
  displayName: 'Added today',
  baseUrl: 'https://api.example.org/v1',
  needsKey: true,
  auth: bearer,
  chat: openAiChat,
  models: openAiModels(),
})

const addedDeclaration: Declaration = {
  id: 'added-today',
  simulated: 'compatible',
  chat: 'local-model',
  vision: 'local-vision',
  reasoning: 'local-reasoner',
  skips: {
    embeddings: 'not declared',
    transcription: 'not declared',
    'word-times': 'not declared',
    images: 'not declared',
    'count-tokens': 'not declared',
    'rate-limit-hint': 'a local server names no wait',
    'key-error': 'the simulated server takes any key',
  },
}

const running = useSimulator()
const caller = createCaller({
  providers: [
    ...builtInProviders,
    // Several compatible servers at once, each with its own name.
    createOpenAiCompatible({ id: 'local-one', baseUrl: 'http://localhost:1/v1' }),
    createOpenAiCompatible({ id: 'local-two', baseUrl: 'http://localhost:2/v1' }),
    added,
  ],
  lingerMs: 50,
})

for (const declaration of [...DECLARATIONS, addedDeclaration])
  runConformance({ declaration, running, caller: () => caller })
