/** Asks the real server for everything that administrators' pages ask for. */
import { createApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { contractRoutes } from '../../src/http/operation-ids.ts'

export const LIMIT_MS = 300
const REPEATS = 7
const TOKEN = 'bench-token-bench-token-bench-token-bench'

/** Questions with filters and long periods, beside the plain ones of the contract. */
const QUESTIONS: readonly string[] = [
  ...['1h', '24h', '7d', '30d', '90d'].map((period) => `/api/v1/admin/usage?period=${period}`),
  '/api/v1/admin/usage?period=7d&grain=hour',
  '/api/v1/admin/usage?period=30d&grain=hour',
  '/api/v1/admin/usage?period=30d&provider=provider-3&model=model-3',
  '/api/v1/admin/usage?period=7d&provider=provider-3&operation=enhance',
  ...['model', 'provider', 'operation', 'user'].flatMap((dimension) =>
    ['24h', '7d', '30d'].map((period) => `/api/v1/admin/usage/by/${dimension}?period=${period}`),
  ),
  '/api/v1/admin/usage/by/model?period=24h&operation=enhance',
  '/api/v1/admin/usage/by/model?period=30d&operation=enhance',
  '/api/v1/admin/usage.csv?period=30d&table=model',
  ...['24h', '7d', '30d'].flatMap((period) => [
    `/api/v1/admin/errors?period=${period}`,
    `/api/v1/admin/errors?period=${period}&provider=provider-3&model=model-3`,
    `/api/v1/admin/errors?period=${period}&code=content-refused`,
    `/api/v1/admin/errors/causes?period=${period}`,
  ]),
  '/api/v1/admin/errors?period=30d&search=refused',
  '/api/v1/admin/errors?period=30d&search=number%20123456',
  '/api/v1/admin/errors?period=30d&search=refused&operation=enhance&blame=caller',
  '/api/v1/admin/errors?period=30d&userId=00000000-0000-7000-8000-000000000077',
  '/api/v1/admin/errors/causes?period=30d&provider=provider-3',
  '/api/v1/admin/errors/causes?period=30d&search=123456',
  '/api/v1/health/ai-models',
  '/metrics',
]

/** Nothing to ask without a query. */
const NEEDS_MORE: ReadonlySet<string> = new Set(['/api/v1/admin/cron-preview'])

/** Every question without a parameter that the contract has for administrators. */
const plainQuestions = (): string[] =>
  [...contractRoutes.values()]
    .filter(
      ({ method, path, access }) =>
        method === 'GET' && access === 'admin' && !path.includes(':') && !NEEDS_MORE.has(path),
    )
    .map(({ path }) => path)

interface Asked {
  readonly question: string
  readonly status: number
  readonly firstMs: number
  readonly medianMs: number
  readonly worstMs: number
}

const ask = async (address: string, cookie: string, question: string): Promise<Asked> => {
  const times: number[] = []
  let status = 0
  for (let nth = 0; nth < REPEATS; nth += 1) {
    const began = performance.now()
    const answer = await fetch(address + question, { headers: { cookie } })
    await answer.arrayBuffer()
    times.push(performance.now() - began)
    status = answer.status
  }
  const sorted = times.toSorted((one, other) => one - other)
  const medianMs = sorted[Math.floor(sorted.length / 2)] ?? 0
  return { question, status, firstMs: times[0] ?? 0, medianMs, worstMs: sorted.at(-1) ?? 0 }
}

const signIn = async (address: string): Promise<string> => {
  const person = { email: 'bench@example.org', password: 'bench bench bench' }
  const ways = { 'sign-in': person, 'sign-up': { ...person, name: 'Bench' } }
  for (const [way, body] of Object.entries(ways)) {
    const answer = await fetch(`${address}/api/auth/${way}/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: address },
      body: JSON.stringify(body),
    })
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';', 1)[0])
      .join('; ')
    if (answer.ok && cookie !== '') return cookie
  }
  throw new Error('Nobody could sign in')
}

/** False when a page took longer than the limit. */
export const askPages = async (directory: string, say: (line: string) => void): Promise<boolean> => {
  const environment = {
    DATA_DIR: directory,
    PORT: '0',
    ROLE: 'web',
    LOG_LEVEL: 'silent',
    METRICS_TOKEN: TOKEN,
    REQUESTS_PER_MINUTE: '1000000',
    PATH: process.env['PATH'] ?? '',
  }
  const app = await createApp(await loadConfig({ environment, directory }))
  try {
    const { address } = await app.start()
    const cookie = await signIn(address)
    const all: Asked[] = []
    for (const question of new Set([...plainQuestions(), ...QUESTIONS])) all.push(await ask(address, cookie, question))
    say('  first  median   worst  question (ms)')
    for (const { question, status, firstMs, medianMs, worstMs } of all.toSorted((a, b) => b.worstMs - a.worstMs))
      say(
        `${firstMs.toFixed(0).padStart(7)} ${medianMs.toFixed(0).padStart(7)} ${worstMs.toFixed(0).padStart(7)}  ${question}${status === 200 ? '' : ` → ${status}`}`,
      )
    const slow = all.filter(({ worstMs }) => worstMs >= LIMIT_MS)
    const failed = all.filter(({ status }) => status !== 200)
    say(`  ${all.length} questions; ${slow.length} took ${LIMIT_MS} ms or longer, ${failed.length} failed`)
    return slow.length === 0 && failed.length === 0
  } finally {
    await app.close()
  }
}
