// What the faults do on the wire, and that the log tells what happened.
import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ERROR_TABLES, FAULTS, hasFault } from '../../simulator/faults/table.ts'
import { PROVIDERS } from '../../simulator/types.ts'
import type { ProviderName } from '../../simulator/types.ts'
import { KEY, useSimulator } from './start-simulator.ts'

const running = useSimulator()

const STORY = [{ role: 'user', content: 'Write a long story about numbers' }]
const SHAPES: Record<
  ProviderName,
  (model: string, stream: boolean) => { path: string; headers: Record<string, string>; body: unknown }
> = {
  openai: (model, stream) => ({
    path: '/chat/completions',
    headers: { authorization: `Bearer ${KEY}` },
    body: { model, stream, messages: STORY },
  }),
  together: (model, stream) => SHAPES.openai(model, stream),
  groq: (model, stream) => SHAPES.openai(model, stream),
  compatible: (model, stream) => SHAPES.openai(model, stream),
  gemini: (model, stream) => ({
    path: `/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: { 'x-goog-api-key': KEY },
    body: { contents: [{ role: 'user', parts: [{ text: STORY[0]?.content }] }] },
  }),
  anthropic: (model, stream) => ({
    path: '/v1/messages',
    headers: { 'x-api-key': KEY, 'anthropic-version': '2023-06-01' },
    body: { model, stream, max_tokens: 4000, messages: STORY },
  }),
  ollama: (model, stream) => ({ path: '/api/chat', headers: {}, body: { model, stream, messages: STORY } }),
}

const send = (provider: ProviderName, model: string, stream = true, signal?: AbortSignal) => {
  const { path, headers, body } = SHAPES[provider](model, stream)
  return fetch(`${running.urls[provider]}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
}

const read = async (provider: ProviderName, model: string, stream = true) => {
  const response = await send(provider, model, stream)
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
}

const lastEntry = () => {
  const entry = running.simulator.log().at(-1)
  if (!entry) throw new Error('the log is empty')
  return entry
}

const END: Record<ProviderName, string> = {
  openai: '[DONE]',
  together: '[DONE]',
  groq: '[DONE]',
  compatible: '[DONE]',
  gemini: '"finishReason":"STOP"',
  anthropic: 'message_stop',
  ollama: '"done":true',
}
const FINISH: Record<ProviderName, string> = {
  openai: '"finish_reason":"stop"',
  together: '"finish_reason":"stop"',
  groq: '"finish_reason":"stop"',
  compatible: '"finish_reason":"stop"',
  gemini: '"finishReason":"STOP"',
  anthropic: '"stop_reason":"end_turn"',
  ollama: '"done_reason":"stop"',
}

test.each(PROVIDERS)('%s: a healthy stream ends with its end mark', async (provider) => {
  const { status, text } = await read(provider, 'sim-long:40')
  expect(status).toBe(200)
  expect(text).toContain(END[provider])
  expect(text).toContain(FINISH[provider])
  expect(lastEntry()).toMatchObject({ finished: true, clientAbortedAtMs: null, bytesSent: Buffer.byteLength(text) })
})

test.each(PROVIDERS)('%s: a cut stream ends cleanly with neither finish reason nor end mark', async (provider) => {
  const { status, text } = await read(provider, 'sim-cut:3')
  expect(status).toBe(200)
  expect(text.length).toBeGreaterThan(0)
  expect(text).not.toContain(END[provider])
  expect(text).not.toContain(FINISH[provider])
})

test.each(PROVIDERS)('%s: every error of its table is answered with its status', async (provider) => {
  for (const [kind, spec] of Object.entries(ERROR_TABLES[provider])) {
    if (kind === 'prefill-refused') continue
    const { status, text } = await read(provider, `sim-${kind}`, false)
    expect([kind, status]).toEqual([kind, spec.status])
    expect(() => JSON.parse(text) as unknown).not.toThrow()
  }
})

test.each(PROVIDERS)('%s: an error event stands inside a 200 stream', async (provider) => {
  const { status, text } = await read(provider, 'sim-error-event:server-error:2')
  expect(status).toBe(200)
  expect(text).toContain('"error"')
  expect(text).not.toContain(FINISH[provider])
})

test.each(PROVIDERS)('%s: resets are seen by the client and kept in the log', async (provider) => {
  await expect(send(provider, 'sim-reset')).rejects.toThrow()
  expect(lastEntry()).toMatchObject({
    status: 0,
    finished: false,
    faults: ['reset'],
    brokenBySimulator: true,
    clientAbortedAtMs: null,
  })
  const open = await send(provider, 'sim-reset-mid-stream:2')
  await expect(open.text()).rejects.toThrow()
  expect(lastEntry().bytesSent).toBeGreaterThan(0)
})

test.each(['silence', 'stall-first', 'stall:2', 'slow-headers:60000', 'no-done-stall'])(
  '%s lasts until the client leaves, which the log tells',
  async (fault) => {
    const leave = new AbortController()
    const open = send('openai', `sim-${fault}`, true, leave.signal).then((response) => response.text())
    const outcome = expect(open).rejects.toThrow()
    while (running.simulator.log().length === 0) await sleep(5)
    await sleep(50)
    leave.abort()
    await outcome
    while (lastEntry().durationMs === null) await sleep(5)
    expect(lastEntry().finished).toBe(false)
    expect(lastEntry().clientAbortedAtMs).not.toBeNull()
  },
)

test('no-done leaves the finish reason and drops the end mark', async () => {
  const { text } = await read('openai', 'sim-no-done')
  expect(text).toContain(FINISH.openai)
  expect(text).not.toContain('[DONE]')
})

test('one malformed event stands among whole ones', async () => {
  const { text } = await read('groq', 'sim-malformed-event')
  const events = text.split('\n\n').filter((event) => event.startsWith('data: {'))
  const broken = events.filter((event) => {
    try {
      JSON.parse(event.slice(6))
      return false
    } catch {
      return true
    }
  })
  expect(broken).toHaveLength(1)
  expect(text).toContain('[DONE]')
})

test('message_start comes twice', async () => {
  const { text } = await read('anthropic', 'sim-duplicate-start')
  expect(text.split('event: message_start')).toHaveLength(3)
})

test('several data lines join to the same JSON', async () => {
  const { text } = await read('openai', 'sim-several-data-lines+sim-say:hi_there')
  const events = text.split('\n\n').filter((event) => event.startsWith('data: {'))
  const joined = events.map((event) =>
    event
      .split('\n')
      .map((line) => line.slice(6))
      .join('\n'),
  )
  const content = joined.map(
    (json) => (JSON.parse(json) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? '',
  )
  expect(content.join('')).toBe('hi there')
})

test('gzip, byte by byte and split characters change packets, not text', async () => {
  const strip = (text: string) => text.replace(/"(id|created|obfuscation|model)":("[^"]*"|\d+)/g, '')
  const plain = strip((await read('openai', 'sim-unicode')).text)
  for (const fault of ['gzip', 'byte-by-byte', 'split-characters']) {
    expect(strip((await read('openai', `sim-${fault}+sim-unicode`)).text)).toBe(plain)
  }
})

test('split characters really cross packets', async () => {
  const url = new URL(running.urls.openai)
  const body = JSON.stringify({ model: 'sim-split-characters+sim-say:ğ', messages: STORY })
  const packets: Buffer[] = []
  await new Promise<void>((resolve) => {
    const socket = createConnection(Number(url.port), url.hostname, () => {
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${KEY}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      )
    })
    socket.on('data', (data) => packets.push(data))
    socket.on('close', () => resolve())
  })
  const chunked = Buffer.concat(packets).toString('latin1')
  // Between the two bytes of the letter stands the header of a new chunk.
  expect(chunked).toMatch(/\xc4\r\n[0-9a-f]+\r\n\x9f/)
})

test.each([
  ['html', 502, 'text/html'],
  ['html:524', 524, 'text/html'],
  ['html-ok', 200, 'text/html'],
  ['empty-body', 200, 'application/json'],
  ['null-body', 200, 'application/json'],
  ['wrong-content-type', 200, 'text/plain'],
  ['error-in-ok', 200, 'application/json'],
  ['error-text:503', 503, 'text/plain'],
])('fault %s is status %i of %s', async (fault, status, type) => {
  const answer = await read('together', `sim-${fault}`, false)
  expect(answer.status).toBe(status)
  expect(answer.type).toContain(type)
})

test('garbage and a body short of its length break the client', async () => {
  await expect(read('openai', 'sim-garbage')).rejects.toThrow()
  await expect(read('openai', 'sim-short-of-length', false)).rejects.toThrow()
})

test('a huge body is as huge as asked', async () => {
  const { text } = await read('openai', 'sim-huge-body:2', false)
  expect(text.length).toBeGreaterThan(2 * 1024 * 1024)
  expect(JSON.parse(text)).toMatchObject({ object: 'chat.completion' })
})

test('a closed port refuses and opens again under the same address', async () => {
  await running.simulator.refuse('groq', true)
  await expect(read('groq', '')).rejects.toThrow()
  await running.simulator.refuse('groq', false)
  expect((await read('groq', 'openai/gpt-oss-20b')).status).toBe(200)
})

test('flapping, first and every follow the number of the attempt', async () => {
  const statuses = async (model: string, count: number) => {
    const seen: number[] = []
    for (let turn = 0; turn < count; turn += 1) seen.push((await read('openai', model, false)).status)
    return seen
  }
  expect(await statuses('sim-flapping:2:1:server-error', 6)).toEqual([200, 200, 500, 200, 200, 500])
  expect(await statuses('sim-first:2', 4)).toEqual([503, 503, 200, 200])
  expect(await statuses('sim-every:3:rate-limit', 6)).toEqual([200, 200, 429, 200, 200, 429])
})

test('a rule strikes a real model by number of times, after a skip', async () => {
  running.simulator.addFault({ provider: 'openai', model: 'gpt-4o', fault: 'overloaded', skip: 1, times: 2 })
  const seen: number[] = []
  for (let turn = 0; turn < 5; turn += 1) seen.push((await read('openai', 'gpt-4o', false)).status)
  expect(seen).toEqual([200, 503, 503, 200, 200])
  expect((await read('openai', 'gpt-4.1', false)).status).toBe(200)
})

test('a marker inside the prompt chooses a fault for one request', async () => {
  const response = await fetch(`${running.urls.openai}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi [[sim:quota]]' }] }),
  })
  expect(response.status).toBe(429)
})

test('an unknown fault is loud', async () => {
  expect((await read('openai', 'sim-nonsense', false)).status).toBe(599)
  expect(() => running.simulator.addFault({ fault: 'nonsense' })).toThrow(/no fault named/)
})

test('keys never stand in the log', async () => {
  await read('openai', 'gpt-4o', false)
  await fetch(`${running.urls.gemini}/models?key=${KEY}`)
  expect(JSON.stringify(running.simulator.log())).not.toContain(KEY)
})

test('fault names are unique', () => {
  const names = FAULTS.map((fault) => fault.name)
  expect(new Set(names).size).toBe(names.length)
})

// Stalls and silences are left by the client, in the test above.
const ENDLESS = new Set(['silence', 'stall', 'stall-first', 'no-done-stall'])
const SHORT: Record<string, string> = {
  'slow-headers': ':20',
  'slow-first-token': ':20',
  'slow-content': ':20',
  'slow-pieces': ':1',
  pause: ':20',
  'huge-body': ':1',
  'huge-event': ':1',
}

test.each(PROVIDERS)('%s: no fault breaks the simulator itself', async (provider) => {
  const names = FAULTS.map((fault) => fault.name).filter((name) => !ENDLESS.has(name) && hasFault(provider, name))
  const broken = await Promise.all(
    names.flatMap((name) =>
      [true, false].map(async (stream) => {
        const model = `sim-say:one_two_three_four_five_six_seven+sim-${name}${SHORT[name] ?? ''}`
        const status = await read(provider, model, stream).then(
          (answer) => answer.status,
          () => 0,
        )
        return status === 599 || status === 501 ? `${name} ${stream ? 'streamed' : 'plain'} ${status}` : ''
      }),
    ),
  )
  expect(broken.filter(Boolean)).toEqual([])
})
