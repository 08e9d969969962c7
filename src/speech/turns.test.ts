import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

const never = new AbortController().signal

test('callers come one after another, in order, and those who leave are skipped', async () => {
  const turns = createTurns()
  const order: string[] = []
  const impatient = new AbortController()
  const first = await turns.enter(never)
  const second = turns.enter(impatient.signal)
  const third = turns.enter(never).then((leave) => {
    order.push('third')
    leave()
  })
  impatient.abort()
  await expect(second).rejects.toMatchObject({ code: 'cancelled' })
  order.push('first')
  first()
  first()
  await third
  expect(order).toEqual(['first', 'third'])
  const again = await turns.enter(never)
  again()
})
