import { expect, test } from 'vitest'
import { nextRun, nextRuns } from './cron.ts'

const at = (text: string): number => Date.parse(text)

test('three o’clock is three o’clock of the time zone, in summer and in winter', () => {
  const daily = { cron: '0 3 * * *', timeZone: 'Europe/Berlin' }
  expect(nextRun(daily, at('2026-01-10T12:00:00Z')).toISOString()).toBe('2026-01-11T02:00:00.000Z')
  expect(nextRun(daily, at('2026-07-10T12:00:00Z')).toISOString()).toBe('2026-07-11T01:00:00.000Z')
})

test('the hour that a change of clocks repeats or leaves out brings one run a day', () => {
  const daily = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' }
  const days = (from: string): string[] =>
    nextRuns(daily, at(from), 3).map((time) =>
      new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Berlin', dateStyle: 'short' }).format(time),
    )
  expect(days('2026-10-24T12:00:00Z')).toEqual(['2026-10-25', '2026-10-26', '2026-10-27'])
  expect(days('2026-03-28T12:00:00Z')).toEqual(['2026-03-29', '2026-03-30', '2026-03-31'])
})

test('weekly, by weekday', () => {
  const times = nextRuns({ cron: '0 7 * * 1', timeZone: 'UTC' }, at('2026-11-22T00:00:00Z'), 2)
  expect(times.map((time) => time.toISOString())).toEqual(['2026-11-23T07:00:00.000Z', '2026-11-30T07:00:00.000Z'])
})

test.each([
  ['every day', 'UTC', 'cron'],
  ['0 3 * *', 'UTC', 'cron'],
  ['0 0 3 * * *', 'UTC', 'cron'],
  ['61 3 * * *', 'UTC', 'cron'],
  ['0 3 30 2 *', 'UTC', 'cron'],
  ['0 3 * * *', 'Mars/Olympus', 'timeZone'],
])('“%s” in %s is refused with the field and what to write', (cron, timeZone, field) => {
  expect(() => nextRun({ cron, timeZone }, 0)).toThrow(
    expect.objectContaining({
      code: 'invalid-request',
      details: expect.objectContaining({ fields: [expect.objectContaining({ field })] }) as unknown,
    }) as Error,
  )
})
