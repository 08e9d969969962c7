/**
 * How long `POST /api/v1/credits/validate-model` takes from a fresh cache: the real server with its database, real HTTP,
 * the simulated providers behind it. Prints the figures as JSON: `npm run bench:validate-model`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { createSimulator } from '../../simulator/simulator.ts'

const REQUESTS = 1_000
const AT_ONCE = 8
const KEY = 'sim-key-0001'
const ASKED = [
  ['openai', 'gpt-4o'],
  ['groq', 'llama-3.3-70b-versatile'],
  ['groq', 'openai/gpt-oss-120b'],
  ['gemini', 'gemini-2.5-flash'],
  ['anthropic', 'claude-haiku-4-5'],
  ['together', 'openai/gpt-oss-120b'],
  ['openai', 'no-such-model'],
  ['offline', 'basic'],
] as const

const directory = await mkdtemp(join(tmpdir(), 'validate-model-'))
const simulator = createSimulator()
const { urls } = await simulator.start()
const names = ['openai', 'together', 'groq', 'gemini', 'anthropic'] as const
const providers = names.flatMap((name) => [
  [`${name.toUpperCase()}_API_KEY`, KEY],
  [`${name.toUpperCase()}_BASE_URL`, urls[name]],
])
const config = await loadConfig({
  directory,
  environment: {
    ...Object.fromEntries(providers),
    DATA_DIR: directory,
    ROLE: 'web',
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    REQUESTS_PER_MINUTE: '1000000',
  },
})
const app = await createApp(config)

const measure = async (): Promise<void> => {
  const { address } = await app.start()
  const signUp = await fetch(`${address}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Bench', email: 'bench@example.org', password: 'correct horse battery' }),
  })
  const cookie = signUp.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ')
  const ask = async ([provider, key]: readonly [string, string]) => {
    const startedMs = performance.now()
    const response = await fetch(`${address}/api/v1/credits/validate-model`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ provider, model_key: key }),
    })
    const body = (await response.json()) as { source: string; status: string }
    if (response.status !== 200) throw new Error(JSON.stringify(body))
    return { durationMs: performance.now() - startedMs, ...body }
  }
  const percentile = (values: readonly number[], share: number): number => {
    const sorted = [...values].sort((a, b) => a - b)
    return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2))
  }
  const figures = (values: readonly number[]) => ({
    requests: values.length,
    p50Ms: percentile(values, 0.5),
    p95Ms: percentile(values, 0.95),
    p99Ms: percentile(values, 0.99),
    maxMs: percentile(values, 1),
  })
  const cold = []
  for (const one of ASKED) cold.push(await ask(one))
  const series = async (count: number, parallel: number) => {
    const answers: Awaited<ReturnType<typeof ask>>[] = []
    let next = 0
    const work = async (): Promise<void> => {
      for (let at = next++; at < count; at = next++) answers.push(await ask(ASKED[at % ASKED.length]!))
    }
    await Promise.all(Array.from({ length: parallel }, work))
    return answers
  }
  const cpuBefore = process.cpuUsage()
  const alone = await series(REQUESTS, 1)
  const { user, system } = process.cpuUsage(cpuBefore)
  const together = await series(REQUESTS, AT_ONCE)
  console.log(
    JSON.stringify(
      {
        machine: { cpus: cpus().length, model: cpus()[0]?.model, node: process.version, load: loadavg()[0] },
        firstTime: figures(cold.map(({ durationMs }) => durationMs)),
        fromCacheOneAtATime: figures(alone.map(({ durationMs }) => durationMs)),
        [`fromCache${AT_ONCE}AtOnce`]: figures(together.map(({ durationMs }) => durationMs)),
        // Server and client together: what a request costs when nobody else uses the machine.
        cpuMsARequest: Number(((user + system) / 1_000 / REQUESTS).toFixed(2)),
        notFromCache: [...alone, ...together].filter(({ source }) => source !== 'cache').length,
        providerListRequests: simulator.log().filter(({ operation }) => operation === 'models').length,
      },
      null,
      2,
    ),
  )
}

try {
  await measure()
} finally {
  await app.close()
  await simulator.close()
  await rm(directory, { recursive: true, force: true })
}
process.exit(0)
