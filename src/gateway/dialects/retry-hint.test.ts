import { expect, test } from 'vitest'
import { readFailure } from './read-failure.ts'
import { parseDuration, parseMoment, retryDelayMs } from './retry-hint.ts'

const NOW = Date.parse('2026-11-22T10:00:00Z')

test.each([
  ['120ms', 120],
  ['3.386s', 3386],
  ['41m59.542s', 2_519_542],
  ['9m38.016s', 578_016],
  ['1h2m', 3_720_000],
  ['0s', 0],
  ['', null],
  ['soon', null],
  ['5', null],
])('duration %j is %j ms', (text, expected) => expect(parseDuration(text)).toBe(expected))

test.each([
  ['36', 36_000],
  ['0.5', 500],
  ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
  ['2026-11-22T10:01:00Z', 60_000],
  ['2020-01-01T00:00:00Z', 0],
  ['later', null],
])('moment %j is %j ms from now', (text, expected) => expect(parseMoment(text, NOW)).toBe(expected))

const hint = (status: number, headers: Record<string, string>, message = '', details: unknown[] = []) =>
  retryDelayMs(readFailure(status, headers, { error: { message, details } }), NOW)

test('retry-after-ms is the most exact', () =>
  expect(hint(429, { 'retry-after-ms': '1500', 'retry-after': '36' })).toBe(1500))
test('retry-after in seconds or as a date', () => {
  expect(hint(429, { 'retry-after': '36' }, 'Please try again in 4s')).toBe(36_000)
  expect(hint(503, { 'retry-after': 'Sun, 22 Nov 2026 10:00:30 GMT' })).toBe(30_000)
})
test('RetryInfo of Google', () => expect(hint(429, {}, '', [{ '@type': 'x', retryDelay: '34.4s' }])).toBe(34_400))
test.each([
  ['Please try again in 9m38.016s.', 578_016],
  ['Please retry in 48.939935699s.', 48_940],
  ['Try again in 20 seconds', 20_000],
  ['Rate limit reached. Limit 30000, Used 29000.', null],
])('text %j', (message, expected) => expect(hint(429, {}, message)).toBe(expected))
test('the reset of the limit that is used up, not of another', () => {
  const headers = {
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '2m59.56s',
    'x-ratelimit-remaining-tokens': '100',
    'x-ratelimit-reset-tokens': '7.66s',
  }
  expect(hint(429, headers)).toBe(179_560)
  expect(
    hint(429, {
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': '2026-11-22T10:00:12Z',
    }),
  ).toBe(12_000)
})
test('a hint on an answer that is no refusal is noise', () => expect(hint(200, { 'retry-after': '2' })).toBeNull())
test('nothing said, nothing assumed', () => expect(hint(429, {})).toBeNull())
