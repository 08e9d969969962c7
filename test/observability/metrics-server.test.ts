import { expect, test } from 'vitest'
import { startMetricsServer } from '../../src/app/metrics-server.ts'
import { createMetrics } from '../../src/app/metrics.ts'

const TOKEN = 'a-token-of-forty-characters-for-the-test'
const EMPTY = {
  breakers: [],
  queue: [],
  recorder: { recorded: 0, dropped: 0, waiting: 0 },
  credits: { balance: 0, held: 0, spent: 0 },
}

const start = async (token: string | undefined, works = true) => {
  const metrics = createMetrics()
  const server = await startMetricsServer({
    host: '127.0.0.1',
    port: 0,
    token,
    metrics: async () => {
      if (!works) throw new Error('no database')
      return { contentType: metrics.contentType, text: await metrics.text(EMPTY) }
    },
  })
  const get = (path: string, given = ''): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}${path}`, {
      headers: given === '' ? {} : { authorization: `Bearer ${given}` },
    })
  return { ...server, get }
}

test('a worker tells its metrics to whoever has the token, and to nobody else', async () => {
  const { get, close } = await start(TOKEN)
  expect(await (await get('/metrics', TOKEN)).text()).toContain('mp4totext_queue_jobs')
  expect((await get('/metrics')).status).toBe(401)
  expect((await get('/metrics', 'wrong')).status).toBe(401)
  expect((await get('/healthz')).status).toBe(200)
  expect((await get('/elsewhere', TOKEN)).status).toBe(404)
  await close()
})

test('without a token in the settings nobody is let in', async () => {
  const { get, close } = await start(undefined)
  expect((await get('/metrics', 'undefined')).status).toBe(401)
  await close()
})

test('a database that is away is told, and does not end the worker', async () => {
  const { get, close } = await start(TOKEN, false)
  expect((await get('/metrics', TOKEN)).status).toBe(503)
  await close()
})

test('a port that is taken is a mistake in the settings', async () => {
  const { port, close } = await start(TOKEN)
  const second = startMetricsServer({
    host: '127.0.0.1',
    port,
    token: TOKEN,
    metrics: () => Promise.reject(new Error()),
  })
  await expect(second).rejects.toMatchObject({ code: 'config-invalid' })
  await close()
})
