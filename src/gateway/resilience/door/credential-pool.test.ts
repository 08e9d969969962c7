import { expect, test } from 'vitest'
import { AppError } from '../../../errors.ts'
import type { Credential } from '../../types/credential.ts'
import { createCredentialPool } from './credential-pool.ts'

const key = (id: string, weight = 1): Credential => ({ id, name: id, provider: 'alpha', weight, secret: () => id })
const setUp = () => {
  const at = { ms: 0 }
  return { at, pool: createCredentialPool({ now: () => at.ms, random: () => 0.5 }) }
}

test('the least busy for its weight comes first', () => {
  const { pool } = setUp()
  const [a, b] = [key('a', 1), key('b', 3)]
  const chosen = { a: 0, b: 0 }
  for (let nth = 0; nth < 40; nth += 1) {
    const first = pool.inOrder([a, b])[0]
    if (first === undefined) throw new Error('nobody')
    pool.started(first)
    chosen[first.id as 'a' | 'b'] += 1
  }
  expect(chosen).toEqual({ a: 10, b: 30 })
})

test('a single refused call lets a key rest for seconds, repeats for long', () => {
  const { pool, at } = setUp()
  const a = key('a')
  const refused = new AppError('credential-invalid', 'no')
  const rests: number[] = []
  for (let nth = 0; nth < 6; nth += 1) {
    pool.failed(a, 'm', refused)
    const rest = pool.restOf(a, 'm')
    rests.push((rest?.untilMs ?? 0) - at.ms)
    at.ms = rest?.untilMs ?? at.ms
  }
  expect(rests).toEqual([5_000, 20_000, 80_000, 320_000, 1_280_000, 1_800_000])
  expect(pool.restOf(a, 'm')).toBeNull()
  pool.succeeded(a, 'm')
  pool.failed(a, 'm', refused)
  expect((pool.restOf(a, 'm')?.untilMs ?? 0) - at.ms).toBe(5_000)
})

test('a limit rests the key for its model alone and for as long as was said', () => {
  const { pool } = setUp()
  const a = key('a')
  pool.failed(a, 'busy', new AppError('provider-rate-limited', 'wait', { retryAfterMs: 7_000 }))
  expect(pool.restOf(a, 'busy')?.untilMs).toBe(7_000)
  expect(pool.restOf(a, 'other')).toBeNull()
  pool.failed(a, 'busy', new AppError('provider-quota', 'pay'))
  expect(pool.restOf(a, 'other')).not.toBeNull()
})
