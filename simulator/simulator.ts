// A stand-in for all providers over real HTTP. Listens on the loopback address only; every provider has its own port.
import { PROVIDERS } from './types.ts'
import type { ProviderName } from './types.ts'
import { createControlServer } from './control.ts'
import type { Pace } from './deliver.ts'
import type { World } from './exchange.ts'
import { createFaultChooser } from './faults/choose.ts'
import { anthropic } from './providers/anthropic.ts'
import { gemini } from './providers/gemini.ts'
import { groq } from './providers/groq.ts'
import { compatible, ollama } from './providers/local.ts'
import { openai } from './providers/openai.ts'
import { together } from './providers/together.ts'
import type { ProviderDefinition } from './providers/types.ts'
import type { Simulator, SimulatorOptions, SimulatorUrls } from './simulator-api.ts'
import { createProviderServer } from './serve.ts'
import type { ProviderServer } from './serve.ts'
import { createAttemptLog } from './state/log.ts'
import { createModelStore } from './state/models.ts'
import { createPromptCache } from './state/prompt-cache.ts'
import { createRateLimiter } from './state/rate-limit.ts'
import type { Limits } from './state/rate-limit.ts'
import { createScript } from './state/script.ts'

const DEFINITIONS: Record<ProviderName, ProviderDefinition> = {
  openai,
  together,
  groq,
  gemini,
  anthropic,
  ollama,
  compatible,
}

/** Wide enough that a load test does not meet them by accident. */
const WIDE: Limits = { requestsPerMinute: 30_000_000, tokensPerMinute: 15_000_000_000 }

const createRandom = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const createWorld = (now: () => number): World => ({
  models: createModelStore(),
  cache: createPromptCache(),
  script: createScript(),
  now,
})

export const createSimulator = (options: SimulatorOptions = {}): Simulator => {
  const now = options.now ?? Date.now
  const world = createWorld(now)
  const attempts = createAttemptLog()
  const chooser = createFaultChooser({ now, random: createRandom(options.seed ?? 1) })
  const limiter = createRateLimiter(now)
  const startPace: Pace = { firstTokenMs: 0, tokensPerSecond: 0, ...options.pace }
  let pace = startPace
  let limits = { ...options.limits }
  let keys = { ...options.validKeys }

  const servers = new Map<ProviderName, ProviderServer>(
    PROVIDERS.map((name) => [
      name,
      createProviderServer({
        provider: DEFINITIONS[name],
        world,
        log: attempts,
        chooser,
        limiter,
        limitsFor: (provider) => limits[provider] ?? WIDE,
        validKeys: (provider) => keys[provider],
        pace: () => pace,
      }),
    ]),
  )
  const serverOf = (provider: ProviderName) => {
    const server = servers.get(provider)
    if (!server) throw new Error(`The simulator has no provider "${provider}".`)
    return server
  }
  const urls = () => Object.fromEntries(PROVIDERS.map((name) => [name, serverOf(name).url()])) as SimulatorUrls

  const simulator: Simulator = {
    async start() {
      await Promise.all(PROVIDERS.map((name) => serverOf(name).start(options.ports?.[name] ?? 0)))
      const controlUrl = await control.start(options.ports?.control ?? 0)
      return { urls: urls(), controlUrl }
    },
    async close() {
      await Promise.all([...PROVIDERS.map((name) => serverOf(name).close()), control.close()])
    },
    log: () => attempts.entries(),
    async reset() {
      attempts.clear()
      chooser.reset()
      limiter.reset()
      world.models.reset()
      world.cache.reset()
      world.script.set(undefined)
      pace = startPace
      limits = { ...options.limits }
      keys = { ...options.validKeys }
      await Promise.all(PROVIDERS.map((name) => serverOf(name).refuse(false)))
    },
    addFault: (rule) => chooser.add(rule),
    removeFault: (id) => chooser.remove(id),
    faults: () => chooser.rules(),
    models: world.models,
    setLimits(provider, next) {
      limiter.reset()
      if (next) limits = { ...limits, [provider]: next }
      else limits = Object.fromEntries(Object.entries(limits).filter(([name]) => name !== provider))
    },
    setKeys(provider, next) {
      if (next) keys = { ...keys, [provider]: next }
      else keys = Object.fromEntries(Object.entries(keys).filter(([name]) => name !== provider))
    },
    setPace(next) {
      pace = { ...pace, ...next }
    },
    setScript: (text) => world.script.set(text),
    refuse: (provider, refused) => serverOf(provider).refuse(refused),
  }
  const control = createControlServer(simulator, urls)
  return simulator
}
