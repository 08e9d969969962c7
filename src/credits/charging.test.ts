import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { openCounted, order, part } from '../../test/credits/counted.ts'
import type { OpenedDatabase } from '../db/open.ts'
import { HOLD_TTL_MS } from './charging.ts'

const { database, clock, credits, begin } = await openCounted()
afterAll(() => database.close())

const expectSound = async (userId: string): Promise<void> => {
  const { equal, account } = await credits.ledger.audit(userId)
  expect(equal).toBe(true)
  expect(account.balance).toBeGreaterThanOrEqual(account.held)
  expect(account.held).toBeGreaterThanOrEqual(0)
}

describe('work of one user', () => {
  test('what may be taken is reserved before; what was delivered is taken, with its breakdown', async () => {
    const userId = randomUUID()
    const charge = await begin(order(userId))
    expect(await credits.balance(userId)).toMatchObject({ balance: 100, held: 10, available: 90 })
    const facts = await charge.settle([part('0', 0.4), part('1', 0.6)])
    expect(facts).toMatchObject({ credits: 10, heldCredits: 10, partsCharged: 2, partsMissing: 0, costMicrocents: 200 })
    expect(facts.lines).toEqual([
      {
        provider: 'p',
        model: 'one',
        parts: 2,
        unit: 'thousand-characters',
        quantity: 10,
        baseCredits: 1,
        multiplier: 1,
        credits: 10,
        capped: false,
        costMicrocents: 200,
      },
    ])
    expect(await credits.balance(userId)).toMatchObject({ balance: 90, held: 0, available: 90 })
    await expectSound(userId)
  })

  test('parts that are missing cost nothing, and it is said how many they are', async () => {
    const userId = randomUUID()
    const charge = await begin(order(userId))
    const facts = await charge.settle([part('0', 0.25)], 3)
    expect(facts).toMatchObject({ credits: 2.5, partsCharged: 1, partsMissing: 3 })
    expect(await credits.balance(userId)).toMatchObject({ balance: 97.5, held: 0 })
  })

  test('work that failed costs nothing', async () => {
    const userId = randomUUID()
    const charge = await begin(order(userId))
    await charge.release()
    charge.leave()
    expect(await credits.balance(userId)).toMatchObject({ balance: 100, held: 0 })
    await expectSound(userId)
  })

  test('work that was cancelled gives everything back in the transaction that stops it', async () => {
    const userId = randomUUID()
    const of = order(userId)
    const other = await begin(order(userId))
    await begin(of)
    await database.db
      .transaction()
      .execute(async (tx) => credits.charging?.release(tx, { transcriptionId: of.transcriptionId }))
    expect(await credits.balance(userId)).toMatchObject({ balance: 100, held: 10 })
    await other.release()
  })

  test('a store that is undone takes nothing', async () => {
    const userId = randomUUID()
    const charge = await credits.charging?.begin(order(userId))
    const undone = database.db.transaction().execute(async (tx) => {
      await charge?.settle(tx, [part('0', 1)], 0)
      throw new Error('the worker has lost the work')
    })
    await expect(undone).rejects.toThrow('lost the work')
    expect(await credits.balance(userId)).toMatchObject({ balance: 100, held: 10 })
  })

  test('a cheaper model in place of the chosen one costs less, a dearer one no more than was shown', async () => {
    const userId = randomUUID()
    const cheap = await (await begin(order(userId))).settle([part('0', 1, { model: 'half' })])
    expect(cheap).toMatchObject({ credits: 5, lines: [{ model: 'half', multiplier: 0.5, capped: false }] })
    const dear = await (await begin(order(userId))).settle([part('0', 0.5, { model: 'two' }), part('1', 0.5)])
    expect(dear.credits).toBe(10)
    expect(dear.lines).toMatchObject([
      { model: 'two', multiplier: 2, credits: 5, capped: true },
      { model: 'one', multiplier: 1, credits: 5, capped: false },
    ])
  })

  test('an answer that was there already costs nothing, and the breakdown says so', async () => {
    const userId = randomUUID()
    const of = order(userId)
    const charge = await begin(of)
    const facts = await charge.settle([part('0', 0.4, { cached: true, costMicrocents: null }), part('1', 0.6)])
    expect(facts).toMatchObject({
      credits: 6,
      partsCharged: 2,
      costMicrocents: 100,
      lines: [
        { cached: true, credits: 0, costMicrocents: 0, capped: false },
        { credits: 6, costMicrocents: 100 },
      ],
    })
    expect(await credits.balance(userId)).toMatchObject({ balance: 94, held: 0 })
    await expectSound(userId)
    const free = await (await begin(order(userId))).settle([part('0', 1, { cached: true })])
    expect(free).toMatchObject({ credits: 0, heldCredits: 10 })
    expect(await credits.balance(userId)).toMatchObject({ balance: 94, held: 0 })
  })

  test('a part is paid once in all tries; another text in its place is another part', async () => {
    const userId = randomUUID()
    const of = order(userId)
    await (await begin(of)).settle([part('0', 0.5)], 1)
    const again = await (await begin(of)).settle([part('0', 0.5), part('1', 0.5)])
    expect(again).toMatchObject({ credits: 10, partsCharged: 2, partsMissing: 0 })
    const edited = await (await begin(of)).settle([part('0', 0.5, { content: 'other words' })])
    expect(edited.credits).toBe(15)
    expect((await credits.balance(userId)).balance).toBe(85)
    await expectSound(userId)
  })

  test('a try after a crash goes on with what the first one reserved', async () => {
    const userId = randomUUID()
    const of = order(userId)
    await begin(of)
    const second = await begin(of)
    expect((await credits.balance(userId)).held).toBe(10)
    await second.settle([part('0', 1)])
    expect(await credits.balance(userId)).toMatchObject({ balance: 90, held: 0 })
  })

  test('requests that only join parts cost no credits, and their real cost counts', async () => {
    const userId = randomUUID()
    const facts = await (
      await begin(order(userId, { operation: 'summary' }))
    ).settle([part('0/0', 0.5), part('0/1', 0.5), part('1/whole', 0, { costMicrocents: 40 })])
    expect(facts).toMatchObject({ credits: 5, partsCharged: 2, costMicrocents: 240 })
  })

  test('a cost that nobody knows is flagged, never 0', async () => {
    const userId = randomUUID()
    const facts = await (await begin(order(userId))).settle([part('0', 0.5), part('1', 0.5, { costMicrocents: null })])
    expect(facts.costMicrocents).toBeNull()
    const { total } = await credits.spend({ userId })
    expect(total).toEqual({ credits: 10, requests: 2, costMicrocents: 100, costUnknown: 1 })
  })

  test('who has too little is told before the call, and nothing is reserved', async () => {
    const userId = randomUUID()
    const large = order(userId, { size: { characters: 101_000, seconds: null } })
    await expect(credits.charging?.begin(large)).rejects.toMatchObject({
      code: 'insufficient-credits',
      details: { neededCredits: 101, availableCredits: 100 },
    })
    await credits.setMonthlyLimit(userId, 9)
    await expect(credits.charging?.begin(order(userId))).rejects.toMatchObject({ code: 'budget-exceeded' })
    expect((await credits.balance(userId)).held).toBe(0)
  })

  test('from four fifths of the budget on there is a warning', async () => {
    const userId = randomUUID()
    expect((await credits.setMonthlyLimit(userId, 20)).month).toMatchObject({ limit: 20, warnsAt: 16, state: 'ok' })
    await (await begin(order(userId))).settle([part('0', 1)])
    const half = await begin(order(userId, { size: { characters: 6_000, seconds: null } }))
    expect((await credits.balance(userId)).month).toMatchObject({ spent: 10, state: 'warning' })
    await half.settle([part('0', 1)])
    expect((await credits.balance(userId)).month).toMatchObject({ spent: 16, state: 'warning' })
    const rest = await begin(order(userId, { size: { characters: 4_000, seconds: null } }))
    expect((await credits.balance(userId)).month.state).toBe('reached')
    await rest.release()
  })

  test('what is part of this server costs nothing and leaves no trace', async () => {
    const userId = randomUUID()
    expect(await credits.charging?.begin(order(userId, { model: 'own/basic' }))).toBeNull()
    expect((await credits.entries({ userId }, { limit: 10 })).items).toEqual([])
  })

  test('long work keeps its reservation; what nobody prolongs is given back', async () => {
    const userId = randomUUID()
    const long = await begin(order(userId))
    const dead = await begin(order(userId))
    dead.leave()
    for (let quarter = 0; quarter < 5; quarter += 1) {
      await clock.advance(HOLD_TTL_MS / 4)
      await expect.poll(() => expiryOf(database, userId)).toBeGreaterThan(clock.now() + HOLD_TTL_MS / 2)
    }
    expect((await credits.balance(userId)).held).toBe(20)
    await credits.sweep()
    expect((await credits.balance(userId)).held).toBe(10)
    expect((await long.settle([part('0', 1)])).credits).toBe(10)
    long.leave()
    await expectSound(userId)
  })

  test('work that outlived its reservation is paid all the same while there are credits, else it is a gift', async () => {
    const userId = randomUUID()
    const late = await begin(order(userId))
    late.leave()
    await clock.advance(HOLD_TTL_MS + 1)
    await credits.sweep()
    expect((await late.settle([part('0', 1)])).credits).toBe(10)
    const gift = await begin(order(userId))
    gift.leave()
    await clock.advance(HOLD_TTL_MS + 1)
    await credits.sweep()
    await credits.grant(userId, { credits: -90, reason: 'taken back', madeBy: 'admin' })
    expect(await gift.settle([part('0', 1)])).toMatchObject({ credits: 0, lines: [{ capped: true }] })
    await expectSound(userId)
  })
})

/** The latest end of the user's open reservations. */
const expiryOf = async ({ pool }: OpenedDatabase, userId: string): Promise<number> => {
  const { rows } = await pool.query<{ at: Date | null }>(
    `select max(expires_at) as at from credit_holds where user_id = $1 and status = 'open'`,
    [userId],
  )
  return rows[0]?.at?.getTime() ?? 0
}

/** Works side by side, each in several tries, told more than once, with sweeps between; some fail, some are cancelled. */
const stories = fc.array(
  fc.record({
    work: fc.nat(3),
    act: fc.constantFrom('settle', 'take', 'fail', 'cancel', 'crash', 'expire', 'undone'),
    parts: fc.array(fc.record({ path: fc.nat(4), model: fc.constantFrom('one', 'two', 'half') }), { maxLength: 5 }),
    told: fc.integer({ min: 1, max: 2 }),
    together: fc.boolean(),
  }),
  { maxLength: 14 },
)

test('whatever becomes of works, the account equals its entries and each part is paid at most once', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async (steps) => {
      const userId = randomUUID()
      await credits.balance(userId)
      const orders = Array.from({ length: 4 }, () => order(userId))
      let running: Promise<unknown>[] = []
      for (const { work, act, parts, told, together } of steps) {
        const of = orders[work] ?? order(userId)
        const delivered = parts.map(({ path, model }) => part(String(path), 0.2, { model }))
        const once = async (): Promise<void> => {
          const charge = await begin(of)
          charge.leave()
          if (act === 'settle') await charge.settle(delivered)
          if (act === 'take') await charge.take(delivered)
          if (act === 'fail') await charge.release()
          if (act === 'cancel') {
            await database.db.transaction().execute(async (tx) => credits.charging?.release(tx, { workId: of.workId }))
          }
          if (act === 'undone') {
            const inner = await credits.charging?.begin(of)
            inner?.leave()
            await database.db.transaction().execute(async (tx) => {
              await inner?.settle(tx, delivered, 0)
              throw new Error('undone')
            })
          }
          if (act === 'expire') {
            await clock.advance(HOLD_TTL_MS + 1)
            await credits.sweep()
          }
        }
        const quiet = () =>
          once().catch((error: unknown) => expect((error as Error).message).toMatch(/undone|reserved for meanwhile/))
        running.push(...Array.from({ length: told }, quiet))
        if (!together) {
          await Promise.all(running)
          running = []
        }
      }
      await Promise.all(running)
      await expectSound(userId)
      await clock.advance(HOLD_TTL_MS + 1)
      await credits.sweep()
      const { account } = await credits.ledger.audit(userId)
      expect(account.held).toBe(0)
      await expectSound(userId)
      const { items } = await credits.entries({ userId, kind: 'capture' }, { limit: 200 })
      // Twenty per cent of ten credits at most, whoever answered, and each place of each work once.
      for (const { credits: taken } of items) expect(-taken).toBeLessThanOrEqual(2)
      expect(items.length).toBeLessThanOrEqual(4 * 5)
      expect(account.balance).toBe(100_000_000 + items.reduce((sum, item) => sum + Math.round(item.credits * 1e6), 0))
    }),
    { numRuns: 60 },
  )
})
