/**
 * How often a rollout decides wrongly: 1,000 with a candidate no worse than the control, 1,000 with a worse one. Prints the
 * figures as JSON: `npm run bench:rollout`. Uses no network, no database and no clock; the same numbers each time.
 */
import { badCandidate, goodCandidate, REGRESSIONS, type Regression } from './scenarios.ts'
import { simulateRollout, type Ending } from './simulate.ts'

const ROLLOUTS = 1_000

const shareOf = (endings: readonly Ending[], status: Ending['status']): number =>
  Math.round((endings.filter((one) => one.status === status).length / endings.length) * 10_000) / 10_000

const median = (values: readonly number[]): number =>
  Math.round((values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0) * 10) / 10

const told = (endings: readonly Ending[]) => ({
  rollouts: endings.length,
  completed: shareOf(endings, 'completed'),
  rolledBack: shareOf(endings, 'rolled-back'),
  undecided: shareOf(endings, 'running'),
  medianDays: median(endings.map(({ days }) => days)),
  medianRequests: median(endings.map(({ requests }) => requests)),
  medianCandidateRequests: median(endings.map(({ candidateRequests }) => candidateRequests)),
})

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)
const regressions = Object.keys(REGRESSIONS) as Regression[]

const good = range(ROLLOUTS).map((seed) => simulateRollout(goodCandidate(seed), seed + 1))
const bad = range(ROLLOUTS).map((seed) => {
  const regression = regressions[seed % regressions.length] ?? 'errors +4 points'
  return { regression, ending: simulateRollout(badCandidate(seed, regression), seed + 1_000_001) }
})
const badEndings = bad.map(({ ending }) => ending)

const figures = {
  falseStops: shareOf(good, 'rolled-back'),
  missedRegressions: shareOf(badEndings, 'completed'),
  good: told(good),
  bad: told(badEndings),
  byRegression: Object.fromEntries(
    regressions.map((name) => [name, told(bad.filter((one) => one.regression === name).map(({ ending }) => ending))]),
  ),
}
console.log(JSON.stringify(figures, null, 2))
if (figures.falseStops >= 0.01 || figures.missedRegressions >= 0.05) process.exitCode = 1
