/** The providers that are known without any setting; compatible servers are added by `createOpenAiCompatible`. */
import type { Provider } from '../provider.ts'
import { offline } from './offline.ts'
import { openai } from './openai.ts'

export const builtInProviders: readonly Provider[] = Object.freeze([openai, offline])
