import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/setup/database.ts'
import { bucketMs, bucketOf, percentileMs } from './sketch.ts'

const database = await createTestDatabase()
afterAll(() => database.close())

test('a bucket stands for each time in it within 4 %', () => {
  for (let ms = 2; ms < 10_000_000; ms = Math.ceil(ms * 1.013)) {
    const told = (2 * 1.08 ** bucketOf(ms)) / 2.08
    expect(Math.abs(told - ms) / ms).toBeLessThan(0.04)
  }
  expect([bucketOf(0), bucketOf(1), bucketMs(0)]).toEqual([0, 0, 1])
})

test('the database puts a time into the same bucket', async () => {
  const times = [0, 1, 2, 3, 10, 108, 250, 999, 1_000, 1_001, 59_999, 3_600_000, 86_400_000]
  const { rows } = await sql<{ ms: number; bucket: number }>`
    select ms, sketch_bucket(ms) as bucket from unnest(${times}::bigint[]) as ms`.execute(database.db)
  expect(rows.map(({ bucket }) => bucket)).toEqual(rows.map(({ ms }) => bucketOf(ms)))
})

test('sketches merge by adding, in any order and with nothing', async () => {
  const merge = async (one: string, other: string): Promise<string[]> => {
    const { rows } = await sql<{ merged: string[] }>`
      select sketch_merge(${one}::bigint[], ${other}::bigint[]) as merged`.execute(database.db)
    return rows[0]?.merged ?? []
  }
  const cell = (bucket: number, count: number): string => String(BigInt(bucket) * 2n ** 40n + BigInt(count))
  const [one, other] = [`{${cell(3, 2)},${cell(9, 1)}}`, `{${cell(9, 4)},${cell(12, 7)}}`]
  const both = [cell(3, 2), cell(9, 5), cell(12, 7)]
  expect(await merge(one, other)).toEqual(both)
  expect(await merge(other, one)).toEqual(both)
  expect(await merge('{}', other)).toEqual([cell(9, 4), cell(12, 7)])
})

test('percentiles of a million times are right within 4 %', () => {
  const cells = new Map<number, number>()
  for (let ms = 1; ms <= 1_000_000; ms += 1) cells.set(bucketOf(ms), (cells.get(bucketOf(ms)) ?? 0) + 1)
  const list = [...cells].map(([bucket, count]) => ({ bucket, count }))
  for (const share of [0.01, 0.5, 0.95, 0.999]) {
    const told = percentileMs(list, share) ?? 0
    expect(Math.abs(told - share * 1_000_000) / (share * 1_000_000)).toBeLessThan(0.04)
  }
  expect(percentileMs([], 0.5)).toBeNull()
})
