/** Failures: each with its class, provider and model; streams that do not end well; leaving. */
import { expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { ask, failure } from './bench.ts'
import type { Bench } from './bench.ts'
import { collect } from './targets.ts'

export const runFailures = (bench: Bench): void => {
  const { caller, context, faulty } = bench
  bench.feature('key-error', 'a key that is not accepted', async () => {
    const error = await failure(
      caller().chat(bench.target(bench.declaration.chat, {}, 'bad-key-secret-1'), ask('Hello'), context()),
    )
    expect(error.code).toBe('credential-invalid')
    expect(JSON.stringify([error.message, error.details])).not.toContain('bad-key-secret-1')
  })

  test.each([
    ['unknown-model', 'model-not-found'],
    ['server-error', 'provider-error'],
    ['overloaded', 'provider-overloaded'],
    ['context-length', 'context-too-long'],
    ['rate-limit', 'provider-rate-limited'],
    ['permission', 'credential-forbidden'],
    ['reset', 'provider-error'],
    ['garbage', 'provider-error'],
    ['html-ok', 'provider-malformed'],
    ['empty-body', 'provider-malformed'],
    ['null-body', 'provider-malformed'],
    ['error-in-ok', 'provider-error'],
  ] as const)('plain %s is %s, with provider, model and no key', async (fault, code) => {
    const error = await failure(caller().chat(faulty(fault), ask('Hello'), context()))
    expect([fault, error.code]).toEqual([fault, code])
    expect(error.details).toMatchObject({
      provider: bench.declaration.id,
      model: `${bench.declaration.chat}+fault:${fault}`,
    })
    expect(JSON.stringify([error.message, error.details])).not.toContain('test-key')
  })

  test.each(['cut', 'no-finish', 'empty-stream', 'end-only', 'reset-mid-stream', 'reset-after-headers'])(
    'stream %s is an interrupted answer, never a whole one',
    async (fault) => {
      const error = await failure(collect(caller().stream(faulty(fault), ask('Tell me about Paris.'), context())))
      expect([fault, error.code]).toEqual([fault, 'stream-interrupted'])
      expect(error.details).toMatchObject({ provider: bench.declaration.id })
    },
  )

  test('stream malformed-event: skipped and noted, the rest is whole', async () => {
    const plain = await caller().chat(bench.chatTarget(), ask('Tell me about Paris.'), context())
    const { parts, result } = await collect(
      caller().stream(faulty('malformed-event'), ask('Tell me about Paris.'), context()),
    )
    expect(result.text).toBe(plain.text)
    expect(result.notes.map((note) => note.kind)).toEqual(['malformed-event-skipped'])
    expect(parts.filter((part) => part.type === 'note')).toHaveLength(1)
  })

  test.each(['no-done', 'no-done-stall'])('stream %s: a missing end marker is no failure', async (fault) => {
    const plain = await caller().chat(bench.chatTarget(), ask('Tell me about Paris.'), context())
    const { result } = await collect(caller().stream(faulty(fault), ask('Tell me about Paris.'), context()))
    expect(result.text).toBe(plain.text)
  })

  bench.feature('rate-limit-hint', 'a rate limit says how long to wait', async () => {
    const error = await failure(caller().chat(faulty('rate-limit'), ask('Hello'), context()))
    expect(error.retryAfterMs).toBeGreaterThan(0)
  })

  test('abort: a silent call and a stalled stream end at once, and the provider sees it', async () => {
    for (const fault of ['silence', 'stall']) {
      const controller = new AbortController()
      const signal = controller.signal
      const before = bench.calls().length
      const work =
        fault === 'silence'
          ? caller().chat(faulty(fault), ask('Tell me about Paris.'), context({ signal }))
          : collect(caller().stream(faulty(fault), ask('Tell me about Paris.'), context({ signal })))
      const left = failure(work)
      // Until it is with the provider: a call that never went out is none that could be seen to end.
      await expect.poll(() => bench.calls().length).toBe(before + 1)
      controller.abort()
      expect((await left).code).toBe('cancelled')
      await expect.poll(() => bench.calls().at(-1)?.clientAbortedAtMs).toEqual(expect.any(Number))
    }
  })

  test('abort: a typed reason stays what it is', async () => {
    const controller = new AbortController()
    const reason = new AppError('provider-timeout', 'no first token in time')
    const before = bench.calls().length
    const left = failure(caller().chat(faulty('silence'), ask('Hello'), context({ signal: controller.signal })))
    await expect.poll(() => bench.calls().length).toBe(before + 1)
    controller.abort(reason)
    expect((await left).code).toBe('provider-timeout')
  })

  test('a consumer who leaves a stream leaves the provider too', async () => {
    bench.running.simulator.setPace({ firstTokenMs: 0, tokensPerSecond: 20 })
    for await (const part of caller().stream(bench.chatTarget(), ask('Write at length [[sim:long:400]]'), context()))
      if (part.type === 'text-delta') break
    await expect.poll(() => bench.calls().at(-1)?.clientAbortedAtMs).toEqual(expect.any(Number))
  })

  test('headers are told, on errors too', async () => {
    const seen: number[] = []
    const listening = context({
      onHeaders: (status, headers) => seen.push(headers['content-type'] === undefined ? -1 : status),
    })
    await caller().chat(bench.chatTarget(), ask('Hello'), listening)
    await failure(caller().chat(faulty('server-error'), ask('Hello'), listening))
    expect(seen).toEqual([200, 500])
  })
}
