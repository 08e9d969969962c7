import { expect, test } from 'vitest'
import { createSlots } from './slots.ts'

const never = new AbortController().signal

test('a place goes to who waited first', async () => {
  const slots = createSlots(1)
  const order: number[] = []
  const release = await slots.take(never)
  const waiting = [1, 2].map(async (who) => {
    const done = await slots.take(never)
    order.push(who)
    done()
  })
  release()
  await Promise.all(waiting)
  expect(order).toEqual([1, 2])
})

test('who gives up in line takes no place, and freeing twice frees once', async () => {
  const slots = createSlots(1)
  const release = await slots.take(never)
  const leaving = new AbortController()
  const gaveUp = slots.take(leaving.signal)
  leaving.abort(new Error('tired'))
  await expect(gaveUp).rejects.toThrow('tired')
  release()
  release()
  await slots.take(never)
  let entered = false
  void slots.take(never).then(() => (entered = true))
  await new Promise((resolve) => setImmediate(resolve))
  expect(entered).toBe(false)
})
