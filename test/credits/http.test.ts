/** The routes about credits: whose they are, what they answer, what they refuse. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  balanceSchema,
  entrySchema,
  estimateSchema,
  spendSchema,
  type CreditBalance,
  type CreditEntry,
  type CreditEstimate,
  type CreditPrice,
} from '../../src/http/contract/credits.ts'
import { startTestServer, type Person, type TestServer } from '../http/harness.ts'

let server: TestServer
let admin: Person
let user: Person
let other: Person

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.signUp('admin@example.org')
  user = await server.signUp('ada@example.org')
  other = await server.signUp('grace@example.org')
})
afterAll(() => server.close())

const get = async <Value>(person: Person, path: string): Promise<Value> => {
  const { status, body } = await person.json('GET', path)
  expect(status, path).toBe(200)
  return body
}
const grant = (person: Person, to: Person, body: object) =>
  person.json('POST', `/api/v1/admin/credits/accounts/${to.id}/grants`, body)

describe('a user', () => {
  test('begins with what new users get, and sees it', async () => {
    const balance = await get<CreditBalance>(user, '/api/v1/credits')
    expect(balanceSchema.parse(balance)).toMatchObject({
      enabled: true,
      balance: 100,
      available: 100,
      state: 'ok',
      month: { spent: 0, limit: null, state: 'none' },
    })
    const { items } = await get<{ items: CreditEntry[] }>(user, '/api/v1/credits/entries')
    expect(items.map((item) => entrySchema.parse(item))).toMatchObject([{ kind: 'grant', credits: 100 }])
  })

  test('has a history of its own as pages and as a file', async () => {
    await grant(admin, user, { credits: 5, reason: 'one' })
    await grant(admin, user, { credits: -2, reason: 'two' })
    const mine = await get<{ items: CreditEntry[] }>(user, '/api/v1/credits/entries?kind=adjust')
    expect(mine.items).toMatchObject([{ kind: 'adjust', credits: -2, reason: 'two' }])
    const page = await get<{ items: CreditEntry[]; nextCursor: string }>(user, '/api/v1/credits/entries?limit=2')
    const rest = await get<{ items: CreditEntry[] }>(user, `/api/v1/credits/entries?limit=2&cursor=${page.nextCursor}`)
    expect([...page.items, ...rest.items].map(({ reason }) => reason)).toEqual([
      'two',
      'one',
      'Credits of a new account',
    ])
    const file = await user.fetch('/api/v1/credits/entries?format=csv&kind=grant')
    expect(file.headers.get('content-type')).toContain('text/csv')
    expect(file.headers.get('content-disposition')).toContain('credits.csv')
    // `text()` would drop the mark that tells a spreadsheet of UTF-8.
    const written = Buffer.from(await file.arrayBuffer()).toString()
    expect(written.startsWith('\uFEFFtime,kind,')).toBe(true)
    const lines = written.trim().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toContain(',grant,,,,5,0,,one,')
    const theirs = await get<{ items: CreditEntry[] }>(other, '/api/v1/credits/entries')
    expect(theirs.items.map(({ reason }) => reason)).not.toContain('one')
  })

  test('sees what credits went to, also when they went nowhere', async () => {
    const spend = spendSchema.parse(await get(user, '/api/v1/credits/spend'))
    expect(spend.total).toEqual({ credits: 0, requests: 0, costMicrocents: 0, costUnknown: 0 })
    expect(
      (await user.json('GET', '/api/v1/credits/spend?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).status,
    ).toBe(400)
    expect((await user.json('GET', '/api/v1/credits/entries?cursor=nonsense')).status).toBe(400)
  })
})

describe('an estimate', () => {
  const estimate = async (person: Person, body: object): Promise<CreditEstimate> => {
    const answer = await person.json('POST', '/api/v1/credits/estimate', body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return estimateSchema.parse(answer.body)
  }

  test('of texts: base × multiplier × size, tokens, chunks and real cost', async () => {
    const body = { operations: ['enhancement', 'summary'], model: 'loop/writer', characters: 20_000 }
    const told = await estimate(other, body)
    expect(told.items).toMatchObject([
      {
        operation: 'enhancement',
        provider: 'loop',
        model: 'writer',
        quantity: 20,
        baseCredits: 1,
        multiplier: 2,
        credits: 40,
      },
      { operation: 'summary', credits: 20, chunks: 1 },
    ])
    expect(told).toMatchObject({ credits: 60, available: 100, refusal: null, seconds: null })
    expect(told.items[0]?.inputTokens).toBeGreaterThan(5_000)
    expect(told.items[0]?.chunks).toBeGreaterThan(1)
    expect(told.costMicrocents).toBeGreaterThan(0)
  })

  test('says what would be refused, and why', async () => {
    const body = { operations: ['enhancement'], model: 'loop/writer', characters: 60_000 }
    expect((await estimate(other, body)).refusal).toBe('insufficient-credits')
    await admin.json('PUT', `/api/v1/admin/credits/accounts/${other.id}/budget`, { monthlyLimit: 50 })
    const within = { operations: ['enhancement'], model: 'loop/writer', characters: 22_500 }
    expect(await estimate(other, within)).toMatchObject({ credits: 45, refusal: null, budgetAfter: 'warning' })
    expect(await estimate(other, { ...within, characters: 30_000 })).toMatchObject({
      refusal: 'budget-exceeded',
      available: 100,
      budgetLeft: 50,
    })
    await admin.json('PUT', `/api/v1/admin/credits/accounts/${other.id}/budget`, { monthlyLimit: null })
  })

  test('of speech: by the minute; the engine of this server is free', async () => {
    const body = { operations: ['transcription'], durationSecond: 600 }
    expect(await estimate(other, { ...body, engine: 'loop/hearer' })).toMatchObject({
      credits: 10,
      costMicrocents: null,
    })
    expect(await estimate(other, { ...body, engine: 'local' })).toMatchObject({ credits: 0, costMicrocents: 0 })
  })

  test('a price that nobody knows is unknown, never 0', async () => {
    const told = await estimate(other, { operations: ['summary'], model: 'loop/nameless', characters: 5_000 })
    expect(told).toMatchObject({ costMicrocents: null, items: [{ costMicrocents: null }] })
  })

  test('of a recording takes what was recognized, of one’s own recordings only', async () => {
    const form = new FormData()
    form.append('file', new Blob(['sound']), 'a.wav')
    const { id } = (await (await user.fetch('/api/v1/transcriptions', { method: 'POST', body: form })).json()) as {
      id: string
    }
    const body = { operations: ['summary'], model: 'loop/writer', transcriptionId: id }
    expect((await estimate(user, body)).items).toHaveLength(1)
    expect((await other.json('POST', '/api/v1/credits/estimate', body)).status).toBe(404)
    expect((await user.json('POST', '/api/v1/credits/estimate', { operations: ['summary'] })).status).toBe(400)
  })
})

describe('an administrator', () => {
  test('finds users by name or address, with what they have', async () => {
    const all = await get<{ items: unknown[]; total: number }>(admin, '/api/v1/admin/credits/accounts')
    expect(all.total).toBe(3)
    const found = await get<{ items: unknown[] }>(admin, '/api/v1/admin/credits/accounts?search=GRACE')
    expect(found.items).toMatchObject([{ user: { email: 'grace@example.org' }, credits: { balance: 100 } }])
    expect((await get<{ total: number }>(admin, '/api/v1/admin/credits/accounts?search=%25')).total).toBe(0)
  })

  test('grants once however often it is told, with a reason that the user reads', async () => {
    const before = await get<CreditBalance>(other, '/api/v1/credits')
    const body = { credits: 7.5, reason: 'for the workshop', requestId: crypto.randomUUID() }
    await Promise.all([grant(admin, other, body), grant(admin, other, body)])
    expect((await get<CreditBalance>(other, '/api/v1/credits')).balance).toBe(before.balance + 7.5)
    const { items } = await get<{ items: CreditEntry[] }>(
      admin,
      `/api/v1/admin/credits/accounts/${other.id}/entries?kind=grant`,
    )
    expect(items[0]).toMatchObject({ credits: 7.5, reason: 'for the workshop' })
    const audit = await get<{ items: { action: string; subject: string }[] }>(admin, '/api/v1/admin/audit')
    expect(audit.items).toContainEqual(
      expect.objectContaining({ action: 'credits-granted', subject: 'grace@example.org' }),
    )
  })

  test.each([
    [{ credits: 0, reason: 'x' }, 400],
    [{ credits: 5, reason: ' ' }, 400],
    [{ credits: -1_000, reason: 'more than there is' }, 402],
  ])('%o is refused', async (body, status) => {
    expect((await grant(admin, other, body)).status).toBe(status)
  })

  test('grants to nobody that is not there', async () => {
    expect((await grant(admin, { ...other, id: 'nobody' }, { credits: 1, reason: 'x' })).status).toBe(404)
  })

  test('sets prices and takes them away again', async () => {
    const list = async (): Promise<CreditPrice[]> =>
      (await get<{ items: CreditPrice[] }>(admin, '/api/v1/admin/credits/prices')).items
    const defaults = await list()
    expect(defaults.find(({ operation }) => operation === 'enhancement')).toMatchObject({
      credits: 1,
      origin: 'default',
    })
    const place = { operation: 'enhancement', provider: 'loop', model: 'writer' }
    const set = await admin.json('PUT', '/api/v1/admin/credits/prices', { ...place, unit: 'run', credits: 0.25 })
    expect(set.status).toBe(200)
    expect((await list()).find(({ model }) => model === 'writer')).toMatchObject({ credits: 0.25, origin: 'admin' })
    expect((await admin.json('POST', '/api/v1/admin/credits/prices/reset', place)).status).toBe(200)
    expect(await list()).toEqual(defaults)
    expect((await admin.json('POST', '/api/v1/admin/credits/prices/reset', place)).status).toBe(404)
    const wrong = { operation: 'transcription', unit: 'thousand-characters', credits: 1 }
    expect((await admin.json('PUT', '/api/v1/admin/credits/prices', wrong)).status).toBe(400)
  })
})

test('a server that counts nothing says so', async () => {
  const off = await startTestServer({ credits: { enabled: false, newUserCredits: 100 } })
  try {
    const person = await off.signUp()
    expect(await get<CreditBalance>(person, '/api/v1/credits')).toMatchObject({ enabled: false, balance: 0 })
    const told = await person.json('POST', '/api/v1/credits/estimate', {
      operations: ['enhancement'],
      model: 'loop/writer',
      characters: 1e6,
    })
    expect(told.body).toMatchObject({ enabled: false, credits: 0, refusal: null })
  } finally {
    await off.close()
  }
})
