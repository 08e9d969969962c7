import { expect, test } from 'vitest'
import { DEFAULT_POLICY } from '../policy.ts'
import { createRamp, type Ramp, type RampPlace } from './ramp.ts'

const setUp = (): { ramp: Ramp; at: { ms: number } } => {
  const at = { ms: 0 }
  return { at, ramp: createRamp({ now: () => at.ms, policy: DEFAULT_POLICY.ramp }) }
}
const enterAll = (ramp: Ramp, most = 10_000): RampPlace[] => {
  const places: RampPlace[] = []
  for (let place = ramp.tryEnter(); place !== null && places.length < most; place = ramp.tryEnter()) places.push(place)
  return places
}

test('a few at first, twice as many each round that shows life', () => {
  const { ramp } = setUp()
  const sizes: number[] = []
  let places = enterAll(ramp)
  for (let round = 0; round < 5; round += 1) {
    sizes.push(places.length)
    for (const place of places) place.alive()
    places = enterAll(ramp)
  }
  expect(sizes[0]).toBe(6)
  expect(sizes[4]).toBeGreaterThan(40)
})

test('after a pause it starts over', () => {
  const { ramp, at } = setUp()
  for (let round = 0; round < 6; round += 1) for (const place of enterAll(ramp)) place.alive()
  at.ms += 300
  expect(enterAll(ramp)).toHaveLength(6)
})

test('without any sign one more is let through at a time', () => {
  const { ramp, at } = setUp()
  enterAll(ramp)
  at.ms += 4_000
  expect(enterAll(ramp)).toHaveLength(1)
})

test('those who wait are woken by a sign of life, and let go by their signal', async () => {
  const { ramp } = setUp()
  const [first] = enterAll(ramp)
  const leaving = new AbortController()
  const waiting = ramp.whenChanged(new AbortController().signal)
  const left = ramp.whenChanged(leaving.signal)
  leaving.abort(new Error('left'))
  await expect(left).rejects.toThrow('left')
  first?.alive()
  await waiting
})
