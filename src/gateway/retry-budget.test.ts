/** One budget of attempts and one deadline over everything that a request may meet, whatever the mix. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ErrorCode } from '../errors.ts'
import { createFakeClock } from '../lib/fake-clock.ts'
import { createCatalog } from './catalog/catalog.ts'
import { createGateway } from './gateway.ts'
import { DEFAULT_POLICY } from './resilience/policy.ts'
import { createScriptedCaller, row, type Step } from './testing/scripted-caller.ts'
import type { StreamPart } from './types/answers.ts'
import type { Attempt } from './types/attempts.ts'
import type { Capability } from './types/models.ts'
import type { ChatRequest } from './types/requests.ts'

const CODES: readonly ErrorCode[] = [
  'provider-overloaded',
  'provider-error',
  'provider-rate-limited',
  'provider-unreachable',
  'provider-timeout',
  'provider-rejected',
  'credential-invalid',
  'context-too-long',
  'model-not-found',
  'output-empty',
  'stream-interrupted',
  'unsupported-parameter',
]
const FIELDS = ['temperature', 'top_p', 'stop', 'seed', 'max_tokens']

const failing = fc.record({
  fail: fc.constantFrom(...CODES),
  retryAfterMs: fc.constantFrom(0, 50, 1_500, 9_000),
  details: fc.record({ parameter: fc.constantFrom(...FIELDS), contextLimit: fc.constantFrom(4_000, 20_000) }),
})
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: failing },
  fc.constantFrom<Step[]>(
    { hang: true },
    { connecting: true },
    { text: 'not JSON' },
    { text: '' },
    { pieces: ['One two three '], then: 'hang' },
    { pieces: ['One two three '], then: 'fail' },
    { pieces: [], then: 'stop' },
  ),
)

const CAPABILITIES: readonly Capability[] = ['stream', 'json', 'prefill']
const ROWS = ['alpha/a', 'alpha/b', 'beta/a', 'beta/b', 'gamma/a', 'delta/a', 'delta/b'].map((id) =>
  row(id, { capabilities: CAPABILITIES }),
)
const ASK: ChatRequest = {
  model: 'alpha/a',
  messages: [{ role: 'user', content: 'Say something.' }],
  maxOutputTokens: 1_500,
  temperature: 1,
  topP: 1,
  stop: ['x'],
  seed: 1,
  responseFormat: { type: 'schema', name: 'note', schema: { type: 'object', required: ['title'] } },
}

const DEADLINE_MS = 40_000
/** A timer that is due together with others is run a moment after them. */
const GRACE_MS = 50

test('attempts never exceed the budget, the deadline is kept, and a silent provider is asked once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), fc.boolean(), async (script, streamed) => {
      const clock = createFakeClock(0)
      let nth = 0
      const caller = createScriptedCaller(() => script[nth++ % script.length] ?? { text: '' })
      const gateway = createGateway({
        caller,
        catalog: createCatalog(ROWS),
        credentials: (provider) => ({
          baseUrl: 'http://127.0.0.1',
          needsCredential: true,
          credentials: ['one', 'two'].map((name) => ({
            id: `${provider}-${name}`,
            name,
            provider,
            weight: 1,
            secret: () => '',
          })),
        }),
        clock,
        random: () => 0.5,
      })
      let endedAtMs: number | null = null
      const options = { deadlineMs: DEADLINE_MS }
      const read = async (): Promise<readonly Attempt[]> => {
        let last: StreamPart | undefined
        if (streamed) for await (const part of gateway.stream(ASK, options)) last = part
        else
          await gateway.chat(ASK, options).then(
            () => expect.unreachable(),
            (error: unknown) => (last = { type: 'error', error, facts: {} } as unknown as StreamPart),
          )
        endedAtMs = clock.now()
        if (last?.type !== 'error') throw new Error(`it ended with ${last?.type}`)
        return last.error.details['attempts'] as readonly Attempt[]
      }
      const told = read()
      for (let waited = 0; waited <= DEADLINE_MS + 1_000 && endedAtMs === null; waited += GRACE_MS) {
        await clock.advance(GRACE_MS)
      }
      expect(endedAtMs).toBeLessThanOrEqual(DEADLINE_MS + GRACE_MS)
      expect(caller.calls.length).toBeLessThanOrEqual(DEFAULT_POLICY.maxAttempts)
      const made = (await told).filter(({ outcome }) => outcome !== 'skipped')
      expect(made).toHaveLength(caller.calls.length)
      for (const [at, { errorCode, provider }] of made.entries()) {
        if (errorCode === 'provider-timeout' || errorCode === 'provider-unreachable')
          expect(made.slice(at + 1).map((later) => later.provider)).not.toContain(provider)
      }
    }),
    { numRuns: 60 },
  )
})
