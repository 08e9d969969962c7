import { expect, test } from 'vitest'
import { inEnglish } from '../statements/say.ts'
import { createCreditSweepTask } from './credit-sweep.ts'

const run = {
  runId: 'run',
  trigger: 'schedule' as const,
  startedBy: null,
  dueAt: new Date(0),
  signal: new AbortController().signal,
}

test('the sweep of reserved credits is a schedule of its own and tells how many it gave back', async () => {
  const left = [2, 0]
  const task = createCreditSweepTask({ sweep: () => Promise.resolve(left.shift() ?? 0) })
  expect(task).toMatchObject({ name: 'credits.sweep', cron: '* * * * *' })
  const first = await task.run(run)
  expect(inEnglish(first.statement)).toBe('2 reservations given back')
  expect(first.result).toEqual({ holds: 2 })
  expect(inEnglish((await task.run(run)).statement)).toBe('No reservation had run out')
})
