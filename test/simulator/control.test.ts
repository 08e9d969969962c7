// The control endpoint, as a test in another process uses it.
import { expect, test } from 'vitest'
import type { LogEntry } from '../../simulator/state/log.ts'
import { KEY, useSimulator } from './start-simulator.ts'

const running = useSimulator()

const post = async (path: string, body: unknown) => {
  const response = await fetch(`${running.controlUrl}/${path}`, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const get = async <Body>(path: string) => (await (await fetch(`${running.controlUrl}${path}`)).json()) as Body
const chat = async (model = 'gpt-4o') => {
  const response = await fetch(`${running.urls.openai}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
  })
  await response.text()
  return response
}

test('tells where everything listens and which faults there are', async () => {
  expect(await get<{ urls: unknown }>('')).toEqual({ urls: running.urls })
  const table = await get<{ name: string }[]>('/table')
  expect(table.map((row) => row.name)).toEqual(expect.arrayContaining(['status', 'stall', 'quota', 'echo']))
})

test('a fault is added, strikes, is listed and removed', async () => {
  const added = await post('faults', { provider: 'openai', model: 'gpt-4o', fault: 'status', args: [500] })
  expect((await chat()).status).toBe(500)
  expect(await get<unknown[]>('/faults')).toHaveLength(1)
  await fetch(`${running.controlUrl}/faults/${String(added.body['id'])}`, { method: 'DELETE' })
  expect((await chat()).status).toBe(200)
})

test('a fault ends at its time', async () => {
  await post('faults', { fault: 'overloaded', until: '2020-01-01T00:00:00Z' })
  expect((await chat()).status).toBe(200)
})

test('wrong orders are refused with the reason', async () => {
  expect(await post('faults', { fault: 'nonsense' })).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('nonsense') as string },
  })
  expect((await post('models', { provider: 'nobody' })).status).toBe(400)
  expect((await post('nowhere', {})).status).toBe(404)
})

test('models appear, vanish and change', async () => {
  await post('models', { provider: 'openai', add: ['gpt-new'], remove: ['gpt-4o'] })
  expect((await chat('gpt-new')).status).toBe(200)
  expect((await chat('gpt-4o')).status).toBe(404)
  expect((await post('models', { provider: 'openai', keep: 3 })).body).toEqual({ provider: 'openai', count: 3 })
})

test('limits are set and told; the 429 tells the wait', async () => {
  await post('limits', { provider: 'openai', limits: { requestsPerMinute: 2, tokensPerMinute: 10_000 } })
  const first = await chat()
  expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1')
  await chat()
  const third = await chat()
  expect(third.status).toBe(429)
  expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(20)
  expect(third.headers.get('x-ratelimit-remaining-requests')).toBe('0')
})

test('only the keys set are taken', async () => {
  await post('keys', { provider: 'openai', keys: ['other'] })
  expect((await chat()).status).toBe(401)
})

test('the log is read and cleared', async () => {
  await chat()
  const [entry] = await get<LogEntry[]>('/log')
  expect(entry).toMatchObject({
    provider: 'openai',
    path: '/v1/chat/completions',
    model: 'gpt-4o',
    status: 200,
    finished: true,
  })
  await post('reset', {})
  expect(await get<LogEntry[]>('/log')).toEqual([])
})
