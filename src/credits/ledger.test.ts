import { randomUUID } from 'node:crypto'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../test/setup/database.ts'
import type { OpenedDatabase } from '../db/open.ts'
import { createLedger, type Ledger } from './ledger.ts'

let database: OpenedDatabase
let ledger: Ledger
let nowMs = Date.UTC(2026, 4, 10)
const clock = { now: () => nowMs, sleep: () => Promise.resolve() }

beforeAll(async () => {
  database = await createTestDatabase()
  ledger = createLedger({ db: database.db, clock, newId: randomUUID })
})
afterAll(() => database.close())

const newUser = async (amount: number): Promise<string> => {
  const userId = randomUUID()
  if (amount > 0)
    await ledger.grant({ userId, amount, reason: 'start', madeBy: 'admin', idempotencyKey: `grant:${userId}` })
  return userId
}
const reserve = (userId: string, amount: number, key: string = randomUUID()) =>
  ledger.hold({ userId, amount, operation: 'summary', reason: 'Summary', idempotencyKey: key, ttlMs: 60_000 })
const take = (holdId: string, amount: number, key: string = randomUUID()) =>
  ledger.capture({ holdId, amount, provider: 'p', model: 'm', reason: 'Summary', breakdown: {}, idempotencyKey: key })

describe('one user', () => {
  test('what is captured is gone, what is released is free again', async () => {
    const userId = await newUser(100)
    const { holdId } = await reserve(userId, 60)
    expect(await ledger.balance(userId)).toMatchObject({ balance: 100, held: 60, available: 40 })
    expect(await take(holdId, 25)).toEqual({ captured: 25 })
    await ledger.release(holdId, 'done')
    expect(await ledger.balance(userId)).toMatchObject({ balance: 75, held: 0, available: 75, monthSpent: 25 })
    expect((await ledger.audit(userId)).equal).toBe(true)
  })
  test('every act told twice happens once', async () => {
    const userId = await newUser(100)
    await ledger.grant({ userId, amount: 100, reason: 'start', madeBy: 'admin', idempotencyKey: `grant:${userId}` })
    const key = randomUUID()
    const [first, second] = await Promise.all([reserve(userId, 30, key), reserve(userId, 30, key)])
    expect(first).toEqual(second)
    const chunk = randomUUID()
    expect(await Promise.all([take(first.holdId, 10, chunk), take(first.holdId, 10, chunk)])).toEqual([
      { captured: 10 },
      { captured: 10 },
    ])
    await Promise.all([ledger.release(first.holdId, 'done'), ledger.release(first.holdId, 'done')])
    expect(await ledger.balance(userId)).toMatchObject({ balance: 90, held: 0 })
  })
  test('nobody pays more than was reserved', async () => {
    const userId = await newUser(100)
    const { holdId } = await reserve(userId, 20)
    expect(await take(holdId, 50)).toEqual({ captured: 20 })
    expect(await ledger.balance(userId)).toMatchObject({ balance: 80, held: 0 })
  })
  test('an ended reservation cannot be charged', async () => {
    const userId = await newUser(100)
    const { holdId } = await reserve(userId, 20)
    await ledger.release(holdId, 'cancelled')
    await expect(take(holdId, 5)).rejects.toMatchObject({ code: 'conflict' })
    expect(await ledger.balance(userId)).toMatchObject({ balance: 100, held: 0 })
  })
  test('a hundred requests at once cannot reserve more than there is', async () => {
    const userId = await newUser(100)
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => reserve(userId, 7)))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(14)
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'insufficient-credits' })
    expect(await ledger.balance(userId)).toMatchObject({ held: 98, available: 2 })
  })
  test('a user without an account has nothing and is told so', async () => {
    await expect(reserve(randomUUID(), 1)).rejects.toMatchObject({
      code: 'insufficient-credits',
      details: { availableCredits: 0 },
    })
  })
  test('the monthly limit stops before the work and ends with the month', async () => {
    const userId = await newUser(100)
    await ledger.setMonthlyLimit(userId, 30)
    const { holdId } = await reserve(userId, 20)
    await expect(reserve(userId, 11)).rejects.toMatchObject({ code: 'budget-exceeded' })
    await take(holdId, 20)
    await expect(reserve(userId, 11)).rejects.toMatchObject({ code: 'budget-exceeded' })
    nowMs += 31 * 86_400_000
    await reserve(userId, 11)
    expect(await ledger.balance(userId)).toMatchObject({ monthSpent: 0, held: 11 })
  })
  test('the sweep gives back what expired, and nothing that was extended', async () => {
    const userId = await newUser(100)
    const lost = await reserve(userId, 10)
    const alive = await reserve(userId, 20)
    nowMs += 50_000
    expect(await ledger.extend(alive.holdId, 60_000)).toBe(true)
    nowMs += 20_000
    await ledger.sweep()
    expect(await ledger.balance(userId)).toMatchObject({ held: 20, available: 80 })
    expect(await ledger.extend(lost.holdId, 60_000)).toBe(false)
  })
  test('more than is free cannot be taken back', async () => {
    const userId = await newUser(10)
    await reserve(userId, 8)
    const taking = ledger.grant({ userId, amount: -5, reason: 'x', madeBy: 'admin', idempotencyKey: randomUUID() })
    await expect(taking).rejects.toMatchObject({ code: 'insufficient-credits' })
  })
  test('entries cannot be changed or deleted, not even by hand', async () => {
    await newUser(10)
    await expect(database.pool.query('update credit_entries set balance_delta = 1')).rejects.toThrow(/only grows/u)
    await expect(database.pool.query('delete from credit_entries')).rejects.toThrow(/only grows/u)
  })
  test.each([1.5, Number.NaN, -1, 2 ** 53])('%d is no amount', async (amount) => {
    await expect(reserve('u', amount)).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

/** A model of the ledger small enough to be obviously right. */
const acts = fc.array(
  fc.record({
    act: fc.constantFrom('grant', 'hold', 'capture', 'release', 'expire'),
    amount: fc.integer({ min: 1, max: 40 }),
    which: fc.nat(5),
    told: fc.integer({ min: 1, max: 3 }),
    together: fc.boolean(),
  }),
  { maxLength: 25 },
)

test('whatever happens in whatever order and however often it is told, the account equals its entries', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (steps) => {
      const userId = await newUser(50)
      const holds: string[] = []
      let running: Promise<unknown>[] = []
      const run = (work: () => Promise<unknown>, told: number): void => {
        running.push(
          ...Array.from({ length: told }, () =>
            work().catch((error: unknown) => {
              expect(['insufficient-credits', 'conflict', 'not-found']).toContain((error as { code?: string }).code)
            }),
          ),
        )
      }
      for (const { act, amount, which, told, together } of steps) {
        const key = randomUUID()
        const holdId = holds[which % Math.max(1, holds.length)] ?? randomUUID()
        if (act === 'grant')
          run(() => ledger.grant({ userId, amount, reason: 'g', madeBy: 'a', idempotencyKey: key }), told)
        if (act === 'hold') run(async () => holds.push((await reserve(userId, amount, key)).holdId), told)
        if (act === 'capture') run(() => take(holdId, amount, key), told)
        if (act === 'release') run(() => ledger.release(holdId, 'r'), told)
        if (act === 'expire') run(() => ledger.sweep(), told)
        if (!together) running = (await Promise.all(running), [])
        if (act === 'expire') nowMs += 30_000
      }
      await Promise.all(running)
      const { equal, account } = await ledger.audit(userId)
      expect(equal).toBe(true)
      expect(account.available).toBeGreaterThanOrEqual(0)
      expect(account.held).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 40 },
  )
})

test('killed in the middle of load, the account equals its entries and the sweep frees the rest', async () => {
  const userId = await newUser(1_000_000)
  for (let round = 0; round < 3; round += 1) {
    const child = fork(new URL('../../test/credits/spend.ts', import.meta.url), [database.connectionString, userId], {
      stdio: 'inherit',
    })
    await once(child, 'message')
    await clockSleep(50 + round * 70)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const during = await ledger.audit(userId)
  expect(during.equal).toBe(true)
  nowMs = Date.now() + 3_600_000
  while ((await ledger.sweep()) > 0);
  const { equal, account, sum } = await ledger.audit(userId)
  expect(equal).toBe(true)
  expect(account.held).toBe(0)
  expect(sum.balance).toBeLessThanOrEqual(1_000_000 - 3 * 20 * 6)
  const { rows } = await database.pool.query<{ charged: number; kept: number }>(
    `select (select coalesce(sum(-balance_delta), 0)::bigint from credit_entries where user_id = $1 and kind = 'capture') as charged,
            (select coalesce(sum(amount), 0)::bigint from credit_holds where user_id = $1 and status = 'settled') as kept`,
    [userId],
  )
  expect(account.balance).toBe(1_000_000 - (rows[0]?.charged ?? 0))
})

const clockSleep = (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs))
