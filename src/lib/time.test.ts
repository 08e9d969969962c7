import { expect, test } from 'vitest'
import { abandonOnAbort, combineSignals, isAbort } from './abort.ts'
import { systemClock } from './clock.ts'
import { createFakeClock } from './fake-clock.ts'
import { createId, isId } from './ids.ts'

test('a sleep ends at once with the reason of its signal', async () => {
  const reason = new Error('enough')
  const controller = new AbortController()
  const sleep = systemClock.sleep(60_000, controller.signal)
  controller.abort(reason)
  await expect(sleep).rejects.toBe(reason)
  await expect(systemClock.sleep(60_000, controller.signal)).rejects.toBe(reason)
})

test('a sleep longer than a timer can be does not end at once', async () => {
  const controller = new AbortController()
  const sleep = systemClock.sleep(2 ** 33, controller.signal)
  await systemClock.sleep(20)
  controller.abort(new Error('still asleep'))
  await expect(sleep).rejects.toThrow('still asleep')
})

test('the fake clock wakes sleepers in order and lets them sleep again', async () => {
  const clock = createFakeClock(1_000)
  const woken: string[] = []
  const tick = async (name: string, everyMs: number): Promise<void> => {
    for (let n = 0; n < 2; n += 1) {
      await clock.sleep(everyMs)
      woken.push(`${name} ${clock.now()}`)
    }
  }
  void tick('slow', 300)
  void tick('fast', 100)
  await clock.advance(650)
  expect(woken).toEqual(['fast 1100', 'fast 1200', 'slow 1300', 'slow 1600'])
  expect(clock.now()).toBe(1_650)
  expect(clock.sleeping).toBe(0)
})

test('work is left when its signal fires, and a late failure of it harms nobody', async () => {
  const controller = new AbortController()
  let fail: (error: Error) => void = () => {}
  const work = new Promise<never>((_resolve, reject) => (fail = reject))
  const left = abandonOnAbort(work, controller.signal)
  controller.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  fail(new Error('too late'))
  await expect(abandonOnAbort(Promise.resolve(1), new AbortController().signal)).resolves.toBe(1)
})

test('signals left out are skipped', () => {
  const controller = new AbortController()
  const both = combineSignals(undefined, controller.signal)
  controller.abort()
  expect(both.aborted).toBe(true)
  expect(isAbort(both.reason)).toBe(true)
  expect(isAbort(new Error('other'))).toBe(false)
})

test('ids sort as they were made, also within a millisecond and when the clock goes back', () => {
  const ids = [...Array.from({ length: 5_000 }, () => createId(1_700_000_000_000)), createId(1_600_000_000_000)]
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every((id) => isId(id) && id[14] === '7' && '89ab'.includes(id[19] ?? ''))).toBe(true)
  expect(isId("1'; drop table users")).toBe(false)
})
