/** What Sentry is told, from the log's own lines. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { besides, createFaults, toFaultEvent } from '../../src/app/tracing-faults.ts'
import { createLogger } from '../../src/lib/logger.ts'

let sentry: Server
let dsn: string
const bodies: string[] = []

beforeAll(async () => {
  sentry = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      bodies.push(body)
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => sentry.listen(0, '127.0.0.1', resolve))
  dsn = `http://public@127.0.0.1:${(sentry.address() as AddressInfo).port}/42`
})
afterAll(() => new Promise((resolve) => sentry.close(resolve)))

const SECRET = 'sk-abcdefghijklmnop1234'

test('a fault is told with its place, without secrets and without what else stands in the line', async () => {
  const lines: string[] = []
  const faults = await createFaults({ dsn, environment: 'test' }, '1.2.3')
  const destination = besides(faults, { write: (line) => void lines.push(line) })
  const logger = createLogger({ level: 'info', destination })
  logger.info({ requestId: 'r-0' }, 'All is well')
  logger.warn({ requestId: 'r-0' }, 'It rains')
  const error = new TypeError(`Cannot read it with ${SECRET}`)
  logger.error({ error, requestId: 'r-1', job: 'text', payload: { content: 'What a person wrote' } }, 'A job failed')
  await faults.close()

  expect(lines).toHaveLength(3)
  const told = bodies.join('\n')
  expect(told).toContain('"type":"TypeError"')
  expect(told).toContain('"requestId":"r-1"')
  expect(told).toContain('faults.test.ts')
  expect(told).toContain('mp4totext@1.2.3')
  for (const hidden of [SECRET, 'person wrote', 'All is well', 'It rains', 'r-0']) expect(told).not.toContain(hidden)
})

test('a Sentry that is away disturbs nobody', async () => {
  const faults = await createFaults({ dsn: 'http://public@127.0.0.1:1/42', environment: 'test' }, '1.2.3')
  faults.seen('{"level":"error","msg":"A fault"}')
  await faults.close()
})

test.each(['', 'text', '{"level":"info","msg":"{\\"level\\":\\"error\\""}', '{"level":"error"'])(
  'a line that is no fault is passed over: %j',
  (line) => expect(toFaultEvent(line)).toBeNull(),
)
