// What a simulator offers to tests, the demo and its control server.
import type { Pace } from './deliver.ts'
import type { FaultRule } from './faults/choose.ts'
import type { LogEntry } from './state/log.ts'
import type { ModelStore } from './state/models.ts'
import type { Limits } from './state/rate-limit.ts'
import type { ProviderName } from './types.ts'

export type SimulatorOptions = {
  /** Fixed ports; 0 or absent takes a free one. */
  ports?: Partial<Record<ProviderName | 'control', number>>
  /** Ordinary pace of streams; default as fast as possible. */
  pace?: Partial<Pace>
  limits?: Partial<Record<ProviderName, Limits>>
  /** The only keys that are taken; absent, any key is, except those that begin with bad, invalid, wrong or revoked. */
  validKeys?: Partial<Record<ProviderName, string[]>>
  now?: () => number
  /** Seed of everything drawn by chance (fault probabilities). */
  seed?: number
}

export type SimulatorUrls = Record<ProviderName, string>

export type Simulator = {
  start(): Promise<{ urls: SimulatorUrls; controlUrl: string }>
  close(): Promise<void>
  log(): LogEntry[]
  /** Back to the state after start: log, faults, models, limits, cache, script, refused ports. */
  reset(): Promise<void>
  addFault(rule: Omit<FaultRule, 'id'>): FaultRule
  removeFault(id: number): boolean
  faults(): FaultRule[]
  models: ModelStore
  setLimits(provider: ProviderName, limits: Limits | undefined): void
  setKeys(provider: ProviderName, keys: string[] | undefined): void
  setPace(pace: Partial<Pace>): void
  /** Text that every recording says from now on. */
  setScript(text: string | undefined): void
  /** Closes or reopens a provider's port. */
  refuse(provider: ProviderName, refused: boolean): Promise<void>
}
