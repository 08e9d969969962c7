/** A small part of `npm run bench:rollout`, with the same seeds each time. */
import { expect, test } from 'vitest'
import { badCandidate, goodCandidate } from '../../bench/rollout/scenarios.ts'
import { createRandom, simulateRollout } from '../../bench/rollout/simulate.ts'

test('good candidates climb to 100 %', () => {
  const endings = Array.from({ length: 40 }, (_, seed) => simulateRollout(goodCandidate(seed), seed + 1))
  expect(endings.map(({ status }) => status)).toEqual(endings.map(() => 'completed'))
})

test('worse ones are rolled back, the worst after the fewest requests', () => {
  const run = (seed: number) => [
    simulateRollout(badCandidate(seed, 'errors +4 points'), seed),
    simulateRollout(badCandidate(seed, 'errors +10 points'), seed),
  ]
  for (let seed = 1; seed <= 15; seed += 1) {
    const [little, much] = run(seed)
    expect([little?.status, much?.status]).toEqual(['rolled-back', 'rolled-back'])
  }
})

test('the same seed gives the same numbers', () => {
  const [one, two] = [createRandom(7), createRandom(7)]
  expect([one(), one(), one()]).toEqual([two(), two(), two()])
})
