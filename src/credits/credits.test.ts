import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { multipliers, openCounted, order, part } from '../../test/credits/counted.ts'

const { database, clock, credits, begin, under, on } = await openCounted()
afterAll(() => database.close())

describe('prices', () => {
  test('the narrowest price holds; a price that is taken away gives way to the next wider one', async () => {
    const userId = randomUUID()
    const shown = async (model: string): Promise<number> => {
      const size = { characters: 10_000, seconds: 600 }
      const slash = model.indexOf('/')
      const work = {
        operation: 'enhancement' as const,
        provider: model.slice(0, slash),
        model: model.slice(slash + 1),
        displayName: model,
        multiplier: multipliers[model] ?? 1,
        inputTokens: null,
        outputTokens: null,
        chunks: null,
        seconds: null,
        costMicrocents: null,
      }
      return (await credits.estimate(userId, [work], size)).credits
    }
    const place = { operation: 'enhancement', provider: 'p', model: 'two' }
    expect(await shown('p/two')).toBe(20)
    await credits.setPrice({ ...place, model: null }, { unit: 'minute', credits: 3 }, 'admin')
    expect(await shown('p/two')).toBe(60)
    await credits.setPrice(place, { unit: 'run', credits: 7 }, 'admin')
    expect(await shown('p/two')).toBe(14)
    expect(await shown('p/one')).toBe(30)
    await credits.resetPrice(place)
    expect(await shown('p/two')).toBe(60)
    await credits.resetPrice({ ...place, model: null })
    expect(await shown('p/two')).toBe(20)
    await expect(credits.resetPrice(place)).rejects.toMatchObject({ code: 'not-found' })
  })

  test.each([
    [{ operation: 'dreaming', provider: null, model: null }, 'run'],
    [{ operation: 'summary', provider: null, model: 'm' }, 'run'],
    [{ operation: 'transcription', provider: null, model: null }, 'thousand-characters'],
  ] as const)('%o by %s is no price', async (place, unit) => {
    await expect(credits.setPrice(place, { unit, credits: 1 }, 'admin')).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })
})

describe('accounts of many users', () => {
  test('are read in one query, as each alone reads them, and users nobody has seen begin with what new users get', async () => {
    const users = Array.from({ length: 20 }, () => randomUUID())
    const [spender = '', limited = '', unseen = ''] = users
    await (await begin(order(spender))).settle([part('0', 1)])
    const open = await begin(order(limited, { size: { characters: 20_000, seconds: 600 } }))
    await credits.setMonthlyLimit(limited, 30)
    let queries = 0
    const counting = database.db.withPlugin({
      transformQuery: ({ node }) => {
        queries += 1
        return node
      },
      transformResult: ({ result }) => Promise.resolve(result),
    })
    const counted = on({ ...database, db: counting })
    const first = await counted.balances(users)
    expect(first.get(unseen)).toMatchObject({ balance: 100, state: 'ok' })
    queries = 0
    const again = await counted.balances(users)
    expect(queries).toBe(1)
    expect(again.size).toBe(20)
    expect(again.get(limited)).toMatchObject({ held: 20, month: { limit: 30 } })
    expect(again.get(spender)).toMatchObject({ balance: 90, month: { spent: 10 } })
    for (const userId of users) expect(again.get(userId)).toEqual(await credits.balance(userId))
    open.leave()
    expect(await counted.balances([])).toEqual(new Map())
    const off = await under({ enabled: false, newUserCredits: 100 }).balances([spender])
    expect(off.get(spender)).toMatchObject({ enabled: false, balance: 0 })
  })
})

describe('history', () => {
  test('pages come newest first and whole, filters leave out the rest, and nothing of others is in them', async () => {
    const userId = randomUUID()
    await (await begin(order(userId))).settle([part('0', 0.5), part('1', 0.5, { model: 'half' })])
    await (await begin(order(randomUUID()))).settle([part('0', 1)])
    const first = await credits.entries({ userId }, { limit: 3 })
    const second = await credits.entries({ userId }, { limit: 3, cursor: first.nextCursor ?? '' })
    const all = [...first.items, ...second.items]
    expect(second.nextCursor).toBeNull()
    expect(all.map(({ kind }) => kind).sort()).toEqual(['capture', 'capture', 'grant', 'hold', 'release'])
    expect(new Set(all.map(({ id }) => id)).size).toBe(5)
    const some = await credits.entries({ userId, model: 'p/half', operation: 'enhancement' }, { limit: 9 })
    expect(some.items).toMatchObject([{ kind: 'capture', credits: -2.5, held: -2.5, provider: 'p', model: 'half' }])
    await expect(credits.entries({ userId }, { limit: 3, cursor: 'x' })).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })

  test('the file says what is unknown, and no cell is a formula', async () => {
    const userId = randomUUID()
    await credits.grant(userId, { credits: 5, reason: '=1+1, "so"', madeBy: 'admin' })
    await (await begin(order(userId))).settle([part('0', 1, { costMicrocents: null })])
    const lines = (await Array.fromAsync(credits.csv({ userId }))).join('').split('\r\n')
    expect(lines[0]).toBe('time,kind,operation,provider,model,credits,held,cost_usd,reason,transcription,id,title')
    expect(lines.find((line) => line.includes('capture'))).toContain('enhancement,p,one,-10,-10,unknown,')
    expect(lines.find((line) => line.includes(',grant,') && line.includes('so'))).toContain(`"'=1+1, ""so"""`)
  })

  test('titles of recordings are told to whose they are, when they are asked for', async () => {
    const userId = randomUUID()
    const of = order(userId)
    await (await begin(of)).settle([part('0', 1)])
    const title = `Talk ${of.transcriptionId}`
    const { items } = await credits.entries({ userId, kind: 'capture', titles: true }, { limit: 9 })
    expect(items).toMatchObject([{ transcriptionId: of.transcriptionId, transcriptionTitle: title }])
    const [, line] = (await Array.fromAsync(credits.csv({ userId, kind: 'capture', titles: true })))
      .join('')
      .split('\r\n')
    expect(line?.endsWith(`,${title}`)).toBe(true)
    const others = await credits.entries({ userId, kind: 'capture' }, { limit: 9 })
    expect(others.items).toMatchObject([{ transcriptionTitle: null }])
  })

  test('spend is by model and by day, and its sum is what was taken', async () => {
    const userId = randomUUID()
    await (await begin(order(userId))).settle([part('0', 1)])
    await clock.advance(86_400_000)
    await (await begin(order(userId, { operation: 'summary' }))).settle([part('0', 1, { model: 'half' })])
    const spend = await credits.spend({ userId })
    expect(spend.total).toMatchObject({ credits: 12.5, requests: 2, costMicrocents: 200 })
    expect(spend.byModel).toMatchObject([
      { model: 'one', operation: 'enhancement', credits: 10 },
      { model: 'half', operation: 'summary', credits: 2.5 },
    ])
    expect(spend.byDay).toMatchObject([{ credits: 10 }, { credits: 2.5 }])
    await expect(credits.spend({ userId, from: new Date(clock.now() + 1) })).rejects.toMatchObject({
      code: 'invalid-request',
    })
  })
})

test('with credits off nothing is counted and nothing is refused', async () => {
  const off = under({ enabled: false, newUserCredits: 100 })
  const userId = randomUUID()
  expect(off.charging).toBeUndefined()
  expect(await off.balance(userId)).toMatchObject({ enabled: false, balance: 0 })
  expect((await off.ledger.audit(userId)).account.balance).toBe(0)
})
