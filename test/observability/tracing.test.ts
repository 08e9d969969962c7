/** Traces as a collector gets them, over HTTP. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTracing, readTraceParent } from '../../src/app/tracing.ts'
import { attempt, failure } from './attempts.ts'

interface Sent {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly status: { readonly code?: number }
  readonly attributes: readonly { readonly key: string; readonly value: object }[]
}

let collector: Server
let endpoint: string
const bodies: string[] = []
const headers: (string | undefined)[] = []

beforeAll(async () => {
  collector = createServer((request, response) => {
    let body = ''
    headers.push(request.headers['x-team'] as string | undefined)
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      bodies.push(body)
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => collector.close(resolve)))

const spansOf = (body: string): Sent[] =>
  (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Sent[] }[] }[] }).resourceSpans.flatMap(
    ({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans),
  )
const attributesOf = (span: Sent | undefined): Record<string, unknown> =>
  Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]))

const TRACE = '0af7651916cd43dd8448eb211c80319c'

test('a request, its calls to models and a job, with the names of the conventions and without anybody’s words', async () => {
  const tracing = await createTracing({ endpoint, headers: { 'x-team': 'a' }, serviceName: 'test', share: 1 }, '1.2.3')
  const end = tracing.beginRequest(
    {
      method: 'POST',
      route: '/api/v1/texts',
      requestId: 'r-1',
      headers: { traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
    },
    () => {
      tracing.meter.record(failure({ model: 'small' }))
      tracing.meter.record(attempt({ outcome: 'skipped' }))
      tracing.meter.record(attempt({ provider: 'gemini', request: { temperature: 0.3, messages: ['secret words'] } }))
    },
  )
  end(200)
  const job = tracing.aroundJob('text', 'job-1', async () => {
    await Promise.resolve()
    tracing.meter.record(attempt())
    throw new Error('secret words')
  })
  await expect(job).rejects.toThrow('secret words')
  await tracing.close()

  const spans = bodies.flatMap(spansOf)
  expect(spans.map(({ name }) => name).sort()).toEqual([
    'POST /api/v1/texts',
    'chat big',
    'chat big',
    'chat small',
    'job text',
  ])
  const request = spans.find(({ name }) => name.startsWith('POST'))
  expect(request).toMatchObject({ traceId: TRACE, parentSpanId: 'b7ad6b7169203331' })
  const within = spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId)
  expect(within.map(({ name, traceId }) => [name, traceId])).toEqual([
    ['chat small', TRACE],
    ['chat big', TRACE],
  ])
  expect(within[0]?.status.code).toBe(2)
  expect(attributesOf(within[0])).toMatchObject({ 'error.type': 'provider-error' })
  expect(attributesOf(within[1])).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'gcp.gemini',
    'gen_ai.request.model': 'big',
    'gen_ai.request.temperature': 0.3,
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 20,
    'gen_ai.usage.cache_read.input_tokens': 10,
    'gen_ai.usage.cache_write.input_tokens': 0,
    'gen_ai.usage.reasoning.output_tokens': 5,
  })
  const ofJob = spans.find(({ name }) => name === 'job text')
  expect(spans.some(({ parentSpanId }) => parentSpanId === ofJob?.spanId)).toBe(true)
  expect(bodies.join('')).not.toContain('secret words')
  expect(bodies.join('')).not.toContain('quarterly')
  expect(headers).toContain('a')
})

test('a collector that is away disturbs nobody', async () => {
  const gone = { endpoint: 'http://127.0.0.1:1', headers: {}, serviceName: 'test', share: 1 }
  const tracing = await createTracing(gone, '1.2.3')
  tracing.meter.record(attempt())
  await tracing.close()
})

test.each(['', 'nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `01-${TRACE}-b7ad6b7169203331-01`])(
  'a place in a trace that is none is left out: %j',
  (header) => expect(readTraceParent(header)).toBeNull(),
)
