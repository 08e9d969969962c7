/**
 * The promise about money: whatever moment the server is killed at, the account is the sum of the ledger, every text that
 * is there is paid once, and nothing else is. The real server with its real queue; the providers are simulated.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import type { listModels } from '../../src/http/contract/models.ts'
import type { Transcription } from '../../src/http/contract/transcriptions.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { z } from 'zod'
import { startServer, type RunningServer } from '../e2e/start-server.ts'
import { cookiesOf, PASSWORD } from '../http/harness.ts'
import { createTestDatabase } from '../setup/database.ts'

const KILLS = 5
const RECORDINGS = 6
const KEY = 'sim-key-0001'

// Slow enough that a kill falls into the middle of answers.
const simulator = createSimulator({ pace: { firstTokenMs: 250, tokensPerSecond: 400 } })
const database = await createTestDatabase()
let server: RunningServer
let cookie = ''
let userId = ''

beforeAll(async () => {
  const { urls } = await simulator.start()
  server = await startServer(database.connectionString, {
    OPENAI_BASE_URL: urls.openai,
    OPENAI_API_KEY: KEY,
    GROQ_BASE_URL: urls.groq,
    GROQ_API_KEY: KEY,
    NEW_USER_CREDITS: '100000',
    JOB_CONCURRENCY: '4',
    LOG_LEVEL: 'warn',
  })
}, 120_000)
afterAll(async () => {
  await server.stop()
  await simulator.close()
  await database.close()
})

const request = async (method: string, path: string, body?: object): Promise<Response> =>
  fetch(server.address + path, {
    method,
    headers: { cookie, origin: server.address, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
const get = async <Value>(path: string): Promise<Value> => {
  const response = await request('GET', path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()} ${server.log()}`)
  return (await response.json()) as Value
}

const signUp = async (): Promise<void> => {
  const response = await request('POST', '/api/auth/sign-up/email', {
    name: 'A Person',
    email: 'person@example.org',
    password: PASSWORD,
  })
  cookie = cookiesOf(response.headers)
  userId = ((await response.json()) as { id: string }).id
}

const upload = async (options: Record<string, string>): Promise<string> => {
  const sound = await readFile(join(import.meta.dirname, '../fixtures/audio/jfk.wav'))
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(sound)]), 'jfk.wav')
  for (const [name, value] of Object.entries(options)) form.append(name, value)
  const response = await fetch(`${server.address}/api/v1/transcriptions`, {
    method: 'POST',
    headers: { cookie, origin: server.address },
    body: form,
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return ((await response.json()) as Transcription).id
}

/** Models of both kinds that the server can use now; their names are the catalog's affair. */
const chooseModels = async (): Promise<{ model: string; other: string; engine: string }> => {
  const { models, engines } = await get<z.output<typeof listModels.response>>('/api/v1/models?live=true')
  const usable = models.filter(({ available, provider, contextLength }) => {
    return available && (provider === 'openai' || provider === 'groq') && (contextLength ?? 0) > 8_000
  })
  const [model, other, engine] = [
    usable.find(({ provider }) => provider === 'openai')?.ref,
    usable.find(({ provider }) => provider === 'groq')?.ref,
    engines.find(({ local, available, ref }) => !local && available && ref.startsWith('groq/'))?.ref,
  ]
  if (model === undefined || other === undefined || engine === undefined) throw new Error('The catalog has too few')
  return { model, other, engine }
}

const isAtRest = ({ status, texts }: Transcription): boolean =>
  status !== 'queued' && status !== 'running' && texts.every((text) => text.status !== 'running')

const finished = async (id: string): Promise<Transcription> => {
  for (;;) {
    const found = await get<Transcription>(`/api/v1/transcriptions/${id}`)
    if (isAtRest(found)) return found
    await systemClock.sleep(100)
  }
}

const rows = async <Row extends object>(query: string): Promise<Row[]> =>
  (await database.pool.query<Row>(query, [userId])).rows

/** More work for the recordings that have a text, as a person would ask for it. */
const orderMore = async (ids: readonly string[], model: string): Promise<void> => {
  for (const id of ids) {
    const { texts } = await get<Transcription>(`/api/v1/transcriptions/${id}`)
    const isThere = texts.some(({ kind, status }) => kind === 'raw' && status === 'done')
    if (isThere) await request('POST', `/api/v1/transcriptions/${id}/texts`, { kind: 'enhanced', model })
  }
}

/** Until work is under way that will be paid; a quick server may have nothing left to do by now, and gets more. */
const reserving = async (ids: readonly string[], model: string): Promise<void> => {
  for (let looks = 1; ; looks += 1) {
    const open = await rows(`select id from credit_holds where user_id = $1 and status = 'open'`)
    if (open.length > 0) return
    await systemClock.sleep(20)
    if (looks % 100 === 0) await orderMore(ids, model)
  }
}

/** Holds at every moment, also while the server is dead. */
const expectSound = async (): Promise<void> => {
  const [sum] = await rows<{ balance: number; held: number; account: number; reserved: number }>(`
    select coalesce(sum(balance_delta), 0)::bigint as balance, coalesce(sum(held_delta), 0)::bigint as held,
      coalesce((select balance from credit_accounts where user_id = $1), 0)::bigint as account,
      coalesce((select held from credit_accounts where user_id = $1), 0)::bigint as reserved
    from credit_entries where user_id = $1`)
  expect(sum?.account).toBe(sum?.balance)
  expect(sum?.reserved).toBe(sum?.held)
  expect(sum?.reserved).toBeGreaterThanOrEqual(0)
  expect(sum?.account).toBeGreaterThanOrEqual(sum?.reserved ?? 0)
}

test(
  'killed again and again in the middle of load, the account is the sum and every text is paid once',
  // Seven starts of a real server: half a minute alone, four on a machine that has much else to do.
  { timeout: 420_000 },
  async () => {
    await signUp()
    const { model, other, engine } = await chooseModels()
    const ids: string[] = []
    for (let index = 0; index < RECORDINGS; index += 1) {
      // Every third one is recognized by a provider: that is paid as well.
      const heard = index % 3 === 0 ? { engine } : { language: 'en' }
      ids.push(await upload({ ...heard, model: index % 2 === 0 ? model : other, enhance: 'true', summarize: 'true' }))
    }
    for (let kill = 0; kill < KILLS; kill += 1) {
      await reserving(ids, model)
      await systemClock.sleep(Math.random() * 500)
      await server.crash()
      await expectSound()
      await orderMore(ids, model)
    }
    const done = await Promise.all(ids.map(finished))
    await expectSound()

    const charges = await rows<{ work: string; key: string; amount: number }>(`
    select work_id as work, idempotency_key as key, -balance_delta as amount
    from credit_entries where user_id = $1 and kind = 'capture'`)
    expect(new Set(charges.map(({ key }) => key)).size).toBe(charges.length)
    const takenFor = (work: string): number =>
      charges.filter((charge) => charge.work.startsWith(work)).reduce((sum, { amount }) => sum + amount, 0)

    const texts = done.flatMap((recording) => recording.texts.map((text) => ({ ...text, recordingId: recording.id })))
    const paid = texts.filter(
      ({ status, provider }) => status === 'done' && (provider === 'openai' || provider === 'groq'),
    )
    expect(paid.length).toBeGreaterThanOrEqual(RECORDINGS * 2)
    for (const text of paid) {
      const work = text.kind === 'raw' ? text.recordingId : text.id
      expect(text.charge?.credits, `${text.kind} ${text.id}`).toBeGreaterThan(0)
      expect(takenFor(work)).toBe(Math.round((text.charge?.credits ?? 0) * 1_000_000))
    }
    // What is not there was not paid.
    for (const text of texts.filter(({ status }) => status === 'failed')) expect(takenFor(text.id)).toBe(0)
    const total = paid.reduce((sum, { charge }) => sum + Math.round((charge?.credits ?? 0) * 1_000_000), 0)
    expect(charges.reduce((sum, { amount }) => sum + amount, 0)).toBe(total)

    // Whatever nobody goes on with runs out; the sweep at the start frees it.
    await database.pool.query(`update credit_holds set expires_at = now() - interval '1 second' where status = 'open'`)
    await server.crash()
    await expect
      .poll(async () => rows(`select id from credit_holds where user_id = $1 and status = 'open'`))
      .toEqual([])
    const [account] = await rows<{ held: number }>('select held from credit_accounts where user_id = $1')
    expect(account?.held).toBe(0)
    await expectSound()
  },
)
