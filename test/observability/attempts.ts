/** Records of calls as the gateway makes them, for tests. */
import type { AttemptRecord } from '../../src/gateway/index.ts'

export const usage = {
  inputTokens: 100,
  outputTokens: 20,
  cachedInputTokens: 10,
  cacheWriteTokens: 0,
  reasoningTokens: 5,
}

/** An answered chat that ended now, unless said otherwise. */
export const attempt = (changes: Partial<AttemptRecord> & { readonly endedAtMs?: number } = {}): AttemptRecord => {
  const { endedAtMs = Date.now(), durationMs = 800, ...rest } = changes
  return {
    provider: 'alpha',
    model: 'big',
    credential: 'main',
    credentialId: 'key-1',
    startedAtMs: endedAtMs - durationMs,
    durationMs,
    firstTokenMs: 120,
    outcome: 'answered',
    errorCode: null,
    errorMessage: null,
    status: 200,
    usage: { ...usage, reported: true },
    costMicrocents: 5_000,
    reason: 'It was named',
    requestId: crypto.randomUUID(),
    operation: 'chat',
    labels: { userId: 'ada', operation: 'enhance' },
    request: {
      model: 'alpha/big',
      messages: [{ role: 'user', content: 'The quarterly numbers of our company are bad.' }],
    },
    ...rest,
  }
}

export const failure = (changes: Parameters<typeof attempt>[0] = {}): AttemptRecord =>
  attempt({
    outcome: 'failed',
    errorCode: 'provider-error',
    errorMessage: 'alpha: the server had an error',
    status: 500,
    usage: null,
    costMicrocents: null,
    firstTokenMs: null,
    ...changes,
  })
