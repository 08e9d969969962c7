import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { createFakeClock } from '../../../lib/fake-clock.ts'
import { testMessage } from '../messages/test-message.ts'
import { createSafeFetch, isReachable } from './safe-fetch.ts'
import { createSender } from './sender.ts'
import { sign, verifySignature } from './sign.ts'

const received: { headers: IncomingHttpHeaders; body: string }[] = []
let status = 200
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    received.push({ headers: request.headers, body })
    response.writeHead(status, status === 302 ? { location: 'http://169.254.169.254/' } : {}).end('ok')
  })
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
afterAll(() => new Promise((resolve) => server.close(resolve)))

const never = new AbortController().signal
const LOOPBACK = ['127.0.0.0/8']
const clock = createFakeClock(Date.parse('2026-11-22T10:00:00Z'))
const url = `http://127.0.0.1:${port}/hook`

test.each([
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['192.168.1.1', false],
  ['172.16.0.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['::1', false],
  ['::', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::a00:1', false],
  ['2002:a00:1::', false],
  ['224.0.0.1', false],
  ['93.184.215.14', true],
  ['2606:4700:4700::1111', true],
])('%s may be called: %s', (address, expected) => {
  expect(isReachable(address, [])).toBe(expected)
})

test('only the allowed private networks are let through', () => {
  expect(isReachable('10.1.2.3', ['10.1.2.0/24'])).toBe(true)
  expect(isReachable('10.1.3.3', ['10.1.2.0/24'])).toBe(false)
  expect(isReachable('::ffff:10.1.2.3', ['10.1.2.3'])).toBe(true)
  expect(isReachable('fd00::1', ['10.1.2.0/24', 'fd00::/8'])).toBe(true)
})

test.each([
  ['http://127.0.0.1/'],
  ['http://[::1]/'],
  ['http://2130706433/'],
  ['http://0x7f.1/'],
  ['ftp://example.org/'],
  ['http://user:pass@example.org/'],
  ['not an address'],
])('%s is refused at once', (address) => {
  expect(() => createSafeFetch({ allowed: [] }).check(address)).toThrow(
    expect.objectContaining({ code: 'address-not-allowed' }) as Error,
  )
})

test('a name that leads to a private address is refused, also when it leads elsewhere at first', async () => {
  let looked = 0
  const lookup: LookupFunction = (_host, _options, done) => {
    looked += 1
    done(null, [{ address: '127.0.0.1', family: 4 }])
  }
  const fetcher = createSafeFetch({ allowed: [], lookup })
  received.length = 0
  await expect(fetcher.post(`http://rebind.example:${port}/`, '{}', {}, never)).rejects.toMatchObject({
    code: 'address-not-allowed',
  })
  expect([looked, received.length]).toEqual([1, 0])
  const open = createSafeFetch({ allowed: LOOPBACK, lookup })
  expect(await open.post(`http://inside.example:${port}/`, '{}', {}, never)).toBe(200)
  await open.close()
  await fetcher.close()
})

test('a redirect is a failure: it could lead anywhere', async () => {
  status = 302
  const fetcher = createSafeFetch({ allowed: LOOPBACK })
  await expect(fetcher.post(url, '{}', {}, never)).rejects.toMatchObject({ code: 'delivery-failed' })
  status = 200
  await fetcher.close()
})

test('a webhook is signed over time and body; a changed or old one does not pass', async () => {
  const sender = createSender({ smtpUrl: undefined, from: undefined, allowed: LOOPBACK, clock })
  const message = testMessage('Hook', 'en', 'id-1')
  received.length = 0
  await sender.send({ kind: 'webhook', url, secret: 'whsec_x' }, message, never)
  const { headers, body } = received[0] ?? { headers: {}, body: '' }
  expect(headers).toMatchObject({ 'mp4totext-delivery': 'id-1', 'mp4totext-event': 'test' })
  expect(JSON.parse(body)).toMatchObject({ id: 'id-1', event: 'test', sentAt: '2026-11-22T10:00:00.000Z' })
  const signature = String(headers['mp4totext-signature'])
  expect(verifySignature('whsec_x', body, signature, clock.now())).toBe(true)
  expect(verifySignature('whsec_y', body, signature, clock.now())).toBe(false)
  expect(verifySignature('whsec_x', `${body} `, signature, clock.now())).toBe(false)
  expect(verifySignature('whsec_x', body, signature, clock.now() + 600_000)).toBe(false)
  expect(verifySignature('whsec_x', body, 'nonsense', clock.now())).toBe(false)
  // What receivers in other languages compute.
  expect(sign('secret', '{}', 1_000)).toBe('t=1,v1=1122767b193110cfec322b6f199b599edbf608ed087f2d27afb0b97d99523908')
  await sender.close()
})

test('Slack gets text that cannot mention anybody', async () => {
  const sender = createSender({ smtpUrl: undefined, from: undefined, allowed: LOOPBACK, clock })
  received.length = 0
  const message = { ...testMessage('x', 'en', 'id-2'), text: 'failed: <!channel> & more' }
  await sender.send({ kind: 'slack', url }, message, never)
  const body = JSON.parse(received[0]?.body ?? '{}') as { blocks: { text: { text: string } }[] }
  expect(body.blocks[1]?.text.text).toBe('failed: &lt;!channel&gt; &amp; more')
  await sender.close()
})

test('mail without a server is told as such; an answer of 500 is a failure', async () => {
  const sender = createSender({ smtpUrl: undefined, from: undefined, allowed: LOOPBACK, clock })
  const message = testMessage('x', 'tr', 'id-3')
  await expect(sender.send({ kind: 'email', recipients: ['a@example.org'] }, message, never)).rejects.toMatchObject({
    code: 'mail-not-set-up',
  })
  status = 500
  await expect(sender.send({ kind: 'slack', url }, message, never)).rejects.toMatchObject({
    code: 'delivery-failed',
    details: { status: 500 },
  })
  status = 200
  await sender.close()
})
