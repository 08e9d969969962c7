/** The providers of the table: each a row whose model carries the fault in its id, and a healthy stand-in. */
import type { SimulatorUrls } from '../../simulator/simulator-api.ts'
import type { FaultSpec } from './faults.ts'
import { builtInProviders } from '../../src/gateway/providers/index.ts'
import { createOpenAiCompatible } from '../../src/gateway/providers/openai-compatible.ts'
import type { Provider } from '../../src/gateway/provider.ts'
import { row } from '../../src/gateway/testing/row.ts'
import type { ModelRow } from '../../src/gateway/types/models.ts'

export interface FaultTarget {
  readonly name: string
  readonly model: string
  /** The simulator's provider behind it. */
  readonly simulated: keyof SimulatorUrls
  readonly baseUrl: (urls: SimulatorUrls) => string
}

export const TARGETS: readonly FaultTarget[] = [
  { name: 'openai', model: 'gpt-4o-mini', simulated: 'openai', baseUrl: (urls) => urls.openai },
  { name: 'together', model: 'openai/gpt-oss-20b', simulated: 'together', baseUrl: (urls) => urls.together },
  { name: 'groq', model: 'openai/gpt-oss-20b', simulated: 'groq', baseUrl: (urls) => urls.groq },
  { name: 'gemini', model: 'gemini-2.5-flash', simulated: 'gemini', baseUrl: (urls) => urls.gemini },
  { name: 'anthropic', model: 'claude-haiku-4-5', simulated: 'anthropic', baseUrl: (urls) => urls.anthropic },
  { name: 'ollama', model: 'llama3.2:3b', simulated: 'ollama', baseUrl: (urls) => urls.ollama },
  { name: 'ollama-v1', model: 'llama3.2:3b', simulated: 'ollama', baseUrl: (urls) => `${urls.ollama}/v1` },
  { name: 'gemini-v1', model: 'gemini-2.5-flash', simulated: 'gemini', baseUrl: (urls) => `${urls.gemini}/openai` },
  { name: 'compatible', model: 'local-model', simulated: 'compatible', baseUrl: (urls) => urls.compatible },
]

/** Answers when the target does not. */
export const STAND_IN = 'stand-in'

const COMPATIBLE = ['ollama-v1', 'gemini-v1', 'compatible', STAND_IN]

export const allProviders: readonly Provider[] = [
  ...builtInProviders,
  ...COMPATIBLE.map((id) => createOpenAiCompatible({ id, baseUrl: 'http://127.0.0.1:9/v1' })),
]

const toRow = (provider: string, key: string): ModelRow =>
  row(`${provider}/${key}`, {
    contextLength: 100_000,
    maxOutputTokens: 4_096,
    capabilities: ['stream', 'json', 'tools'],
  })

/** Each cell has models of its own, so that the simulator's log tells the cells apart. */
export const faultyRow = (target: FaultTarget, { fault, says }: FaultSpec, cell: string): ModelRow =>
  toRow(target.name, `${target.model}+sim-${fault}${says === undefined ? '' : `+sim-say:${says}`}+cell-${cell}`)
export const standInRow = (cell: string): ModelRow => toRow(STAND_IN, `local-model+sim-exact-continue+cell-${cell}`)
