import { expect, test } from 'vitest'
import { createLogger, redact, redactLine, redactText } from './logger.ts'

const lines = () => {
  const written: string[] = []
  return { written, destination: { write: (line: string) => void written.push(line) } }
}

test.each([
  ['key sk-proj-abc123def456ghi is wrong', 'key sk-[redacted] is wrong'],
  ['AIzaSyA1234567890abcdefghijklmnopqrstu', 'AIza[redacted]'],
  ['gsk_abcdefgh12345678', 'gsk_[redacted]'],
  ['Authorization: Bearer abc.def-ghi_jkl', 'Authorization: Bearer [redacted]'],
  ['GET /v1/models?key=abcd1234&x=1', 'GET /v1/models?key=[redacted]&x=1'],
  ['postgresql://user:hunter2@db:5432/app', 'postgresql://user:[redacted]@db:5432/app'],
  ['a task-oriented sketch of a risk-free desk-side talk', 'a task-oriented sketch of a risk-free desk-side talk'],
])('%s', (text, expected) => {
  expect(redactText(text)).toBe(expected)
})

test('fields that are secrets by name are replaced at any depth', () => {
  const fields = {
    headers: { Cookie: 'a="1"; b', accept: 'text/html', 'set-cookie': ['a', 'b'] },
    list: [{ apiKey: 'abc', tokens: 12 }],
    token: null,
  }
  expect(JSON.parse(redactLine(JSON.stringify(fields)))).toEqual({
    headers: { Cookie: '[redacted]', accept: 'text/html', 'set-cookie': '[redacted]' },
    list: [{ apiKey: '[redacted]', tokens: 12 }],
    token: null,
  })
})

test('an error is written with its cause and without what it quotes', () => {
  const { written, destination } = lines()
  const error = new Error('call failed', { cause: new Error('401 for sk-abcdefgh12345678') })
  createLogger({ level: 'info', destination }).error({ error }, 'Bearer abcdefgh12345 failed')
  expect(written).toHaveLength(1)
  const line = JSON.parse(written[0] ?? '') as {
    level: string
    msg: string
    error: { message: string; cause: { message: string } }
  }
  expect(line).toMatchObject({
    level: 'error',
    msg: 'Bearer [redacted] failed',
    error: { message: 'call failed', cause: { message: '401 for sk-[redacted]' } },
  })
  expect(written[0]).not.toContain('abcdefgh')
})

test('a child logger and its bindings are clean too', () => {
  const { written, destination } = lines()
  createLogger({ level: 'info', destination }).child({ apiKey: 'abc', url: 'https://a/?key=12345' }).info({}, 'hello')
  expect(written[0]).not.toMatch(/abc"|12345/)
})

test('a value for storage is cleaned in the same way, and one that JSON cannot hold is left out', () => {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  expect(redact({ api_key: 'x', note: 'sk-abcdefgh1234', at: 5 })).toEqual({
    api_key: '[redacted]',
    note: 'sk-[redacted]',
    at: 5,
  })
  expect(redact(cycle)).toBe('[omitted]')
  expect(redact(undefined)).toBeUndefined()
})
