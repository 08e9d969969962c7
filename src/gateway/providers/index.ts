/** The providers that are known without any setting; compatible servers are added by `createOpenAiCompatible`. */
import type { Provider } from '../provider.ts'
import { anthropic } from './anthropic.ts'
import { gemini } from './gemini.ts'
import { groq } from './groq.ts'
import { offline } from './offline.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'
import { together } from './together.ts'

export const builtInProviders: readonly Provider[] = Object.freeze([
  openai,
  together,
  groq,
  gemini,
  anthropic,
  ollama,
  offline,
])
