import { expect, test } from 'vitest'
import { toCause, type FailedAttempt } from './cause.ts'

const failed = (message: string, changes: Partial<FailedAttempt> = {}): FailedAttempt => ({
  provider: 'alpha',
  model: 'big-3.1-70b',
  code: 'provider-rate-limited',
  status: 429,
  message,
  ...changes,
})

test.each([
  [
    'Rate limit reached for big-3.1-70b in organization org-Ab12Cd34Ef: limit 30000, used 29871. Try again in 1.2s.',
    'Rate limit reached for other-8b in organization org-Zz99Yy88Xx: limit 6000, used 6001. Try again in 17ms.',
  ],
  ['request 0f3a1c7e-1111-4222-8333-444455556666 failed', 'request 9f3a1c7e-9999-4222-8333-444455556666 failed'],
  ['see https://host/a?b=1 for req_abcdef123456', 'see https://host/other for req_zzzzzz999999'],
])('what differs from one failure to the next does not part them: %s', (one, other) => {
  expect(toCause(failed(one))).toEqual(toCause(failed(other, { model: 'other-8b' })))
})

test('provider, code, status and words do', () => {
  const causes = [
    failed('no capacity'),
    failed('no capacity', { provider: 'beta' }),
    failed('no capacity', { code: 'provider-error' }),
    failed('no capacity', { status: 503 }),
    failed('no credit'),
  ].map((one) => toCause(one).fingerprint)
  expect(new Set(causes).size).toBe(5)
})

test('the message stays readable', () => {
  expect(toCause(failed('Limit 30000 reached for big-3.1-70b')).message).toBe('Limit <n> reached for <model>')
})
