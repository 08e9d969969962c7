/** What befalls the models while users work: they vanish, shrink, flap, are limited; lists come back empty or short. */
import type { Simulator } from '../../../simulator/simulator-api.ts'
import type { ModelRow } from '../../../src/gateway/index.ts'
import { createId } from '../../../src/lib/ids.ts'
import { PROVIDERS, type World } from './world.ts'

type Provider = (typeof PROVIDERS)[number]

export interface TroubleCounts {
  vanished: number
  shrunk: number
  flapped: number
  limited: number
  listsCut: number
  syncs: number
}

export interface Trouble {
  readonly counts: Readonly<TroubleCounts>
  /** Ends it and puts everything back. */
  stop(): Promise<void>
}

const TICK_MS = 120
/** The names of limits in the providers' own lists. */
const LIMIT_FIELDS: Partial<Record<Provider, string>> = {
  together: 'context_length',
  groq: 'context_window',
  anthropic: 'max_input_tokens',
}
const FLAPS = [
  'server-error',
  'overloaded',
  'reset',
  'html',
  'empty-content',
  'cut',
  'error-first',
  'status:502',
  'unknown-model',
] as const

const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

export const startTrouble = ({ simulator, house, chosen }: World, seed = 11): Trouble => {
  const random = createRandom(seed)
  const counts: TroubleCounts = { vanished: 0, shrunk: 0, flapped: 0, limited: 0, listsCut: 0, syncs: 0 }
  const undo = new Map<string, { atMs: number; run: () => void }>()
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  /** One trouble of a kind at a model at a time; it passes by itself. */
  const during = (name: string, forMs: number, begin: () => () => void): boolean => {
    if (undo.has(name)) return false
    undo.set(name, { atMs: Date.now() + forMs, run: begin() })
    return true
  }
  const providerOf = ({ provider }: ModelRow): Provider => provider as Provider

  const vanish = (row: ModelRow): void => {
    const began = during(`${row.provider} ${row.key}`, 800 + random() * 1_500, () => {
      const listed = simulator.models.find(providerOf(row), row.key)?.row
      simulator.models.remove(providerOf(row), row.key)
      return () => {
        if (listed !== undefined) simulator.models.add(providerOf(row), listed)
      }
    })
    if (began) counts.vanished += 1
  }
  const shrink = (row: ModelRow): void => {
    const field = LIMIT_FIELDS[providerOf(row)]
    const before = simulator.models.find(providerOf(row), row.key)?.row[field ?? '']
    if (field === undefined || before === undefined) return
    const began = during(`${row.provider} ${row.key}`, 2_000 + random() * 2_000, () => {
      simulator.models.patch(providerOf(row), row.key, { [field]: pick([2_048, 4_096, 8_192]) })
      return () => simulator.models.patch(providerOf(row), row.key, { [field]: before })
    })
    if (began) counts.shrunk += 1
  }
  const flap = (row: ModelRow): void => {
    simulator.addFault({
      provider: providerOf(row),
      model: row.key,
      operation: 'chat',
      fault: pick(FLAPS),
      probability: 0.3 + random() * 0.7,
      untilMs: Date.now() + 400 + random() * 1_200,
    })
    counts.flapped += 1
  }
  const limit = (provider: Provider): void => {
    const began = during(`limit ${provider}`, 1_500, () => {
      simulator.setLimits(provider, { requestsPerMinute: 600, tokensPerMinute: 2_000_000 })
      return () => simulator.setLimits(provider, undefined)
    })
    if (began) counts.limited += 1
  }
  const cutList = (provider: Provider): void => {
    const began = during(`list ${provider}`, 700, () => {
      const rule = simulator.addFault({
        provider,
        operation: 'models',
        fault: pick(['empty-object', 'status:503', 'html']),
      })
      return () => simulator.removeFault(rule.id)
    })
    if (began) counts.listsCut += 1
  }
  let syncing: Promise<unknown> = Promise.resolve()
  let isSyncing = false
  const sync = (): void => {
    if (isSyncing) return
    isSyncing = true
    const run = { id: createId(), trigger: 'command' as const, startedBy: 'trouble', providers: [pick(PROVIDERS)] }
    syncing = house.modelLife.sync.run({ ...run, probe: false }).then(
      () => {
        counts.syncs += 1
        isSyncing = false
      },
      () => {
        isSyncing = false
      },
    )
  }

  const timer = setInterval(() => {
    for (const [name, { atMs, run }] of undo) {
      if (Date.now() < atMs) continue
      undo.delete(name)
      run()
    }
    const chance = random()
    if (chance < 0.25) vanish(pick(chosen))
    else if (chance < 0.45) shrink(pick(chosen))
    else if (chance < 0.75) flap(pick(chosen))
    else if (chance < 0.82) limit(pick(PROVIDERS))
    else if (chance < 0.9) cutList(pick(PROVIDERS))
    else sync()
  }, TICK_MS)

  return {
    counts,
    async stop() {
      clearInterval(timer)
      for (const { run } of undo.values()) run()
      undo.clear()
      await syncing
    },
  }
}

/** Faults of a time that is over are never removed by themselves. */
export const clearOldFaults = (simulator: Simulator): void => {
  for (const { id, untilMs } of simulator.faults()) {
    if (untilMs !== undefined && untilMs < Date.now()) simulator.removeFault(id)
  }
}
