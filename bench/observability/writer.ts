/** How many attempts a second the writer puts into the embedded database, and what `record` costs the caller. */
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openDatabase } from '../../src/db/open.ts'
import { migrate } from '../../src/db/migrate.ts'
import type { AttemptRecord } from '../../src/gateway/index.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createBatchStore } from '../../src/models/usage/recorder/batch.store.ts'
import { createPartitionsStore } from '../../src/models/usage/partitions.store.ts'
import { createUsageRecorder, type UsageRecorder } from '../../src/models/usage/recorder/recorder.ts'
import { createSpool } from '../../src/models/usage/recorder/spool.ts'
import { MODELS } from './generate.store.ts'

export const WANTED_PER_SECOND = 5_000
/** Offered in the paced run: more than is promised. */
const OFFERED_PER_SECOND = 5_500
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 30)
const OPERATIONS = ['enhance', 'summarize', 'chat', 'transcribe', 'key-points'] as const

const makeAttempt = (nth: number): AttemptRecord => {
  const number = Math.floor(MODELS * Math.random() ** 2)
  const failed = Math.random() < 0.03
  return {
    provider: `provider-${number % 8}`,
    model: `model-${number}`,
    credential: 'main',
    credentialId: 'key',
    startedAtMs: Date.now() - 1_000,
    durationMs: Math.round(1_500 * Math.exp(1.6 * (Math.random() - 0.5))),
    firstTokenMs: 300 + Math.round(Math.random() * 300),
    outcome: failed ? 'failed' : 'answered',
    errorCode: failed ? 'provider-error' : null,
    errorMessage: failed ? `The server had an error while it processed request ${nth}` : null,
    status: failed ? 500 : 200,
    usage: {
      inputTokens: 1_000,
      outputTokens: 300,
      cachedInputTokens: 100,
      cacheWriteTokens: 0,
      reasoningTokens: 20,
      reported: true,
    },
    costMicrocents: 40_000,
    reason: 'It was named by the request',
    requestId: createId(),
    operation: 'chat',
    labels: {
      userId: `00000000-0000-7000-8000-${String(nth % 2_000).padStart(12, '0')}`,
      operation: OPERATIONS[nth % OPERATIONS.length] ?? 'chat',
      transcriptionId: createId(),
    },
    request: { model: 'auto:best', messages: [{ role: 'user', content: 'Some words of a person. '.repeat(20) }] },
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** As fast as it goes: never more than a few batches ahead of the database. */
const runFlatOut = async (recorder: UsageRecorder): Promise<number> => {
  const before = recorder.counts().recorded
  const began = performance.now()
  for (let nth = 0; performance.now() - began < SECONDS * 1_000; nth += 1) {
    recorder.record(makeAttempt(nth))
    if (nth % 200 === 199) await pause(0)
    while (recorder.counts().waiting > 20_000) await pause(5)
  }
  await recorder.flush()
  return (recorder.counts().recorded - before) / ((performance.now() - began) / 1_000)
}

interface Paced {
  readonly recordMicroseconds: number
  readonly mostWaiting: number
  readonly flushMs: number
  readonly lagP99Ms: number
}

/** As in a day's work: so many a second, whatever the database does. */
const runPaced = async (recorder: UsageRecorder): Promise<Paced> => {
  const lag = monitorEventLoopDelay({ resolution: 5 })
  lag.enable()
  let recordMs = 0
  let mostWaiting = 0
  let nth = 0
  const began = performance.now()
  for (let elapsedMs = 0; elapsedMs < SECONDS * 1_000; elapsedMs = performance.now() - began) {
    for (const due = (elapsedMs / 1_000) * OFFERED_PER_SECOND; nth < due; nth += 1) {
      const made = makeAttempt(nth)
      const start = performance.now()
      recorder.record(made)
      recordMs += performance.now() - start
    }
    mostWaiting = Math.max(mostWaiting, recorder.counts().waiting)
    await pause(5)
  }
  lag.disable()
  const stop = performance.now()
  await recorder.flush()
  const flushMs = performance.now() - stop
  return { recordMicroseconds: (recordMs / nth) * 1_000, mostWaiting, flushMs, lagP99Ms: lag.percentile(99) / 1e6 }
}

/** False when the writer does not keep what is promised. */
export const measureWriter = async (directory: string, say: (line: string) => void): Promise<boolean> => {
  const database = await openDatabase({ embedded: { dataDirectory: directory, exclusive: true }, poolSize: 4 })
  try {
    await migrate(database.db)
    const recorder = createUsageRecorder({
      batches: createBatchStore(database.db),
      partitions: createPartitionsStore(database.db),
      spool: createSpool(join(directory, 'usage')),
      policy: 'metadata',
      clock: systemClock,
      logger: silentLogger,
    })
    const paced = await runPaced(recorder)
    say(`  paced: ${OFFERED_PER_SECOND} a second for ${SECONDS} s; record() ${paced.recordMicroseconds.toFixed(0)} µs,`)
    say(
      `    at most ${paced.mostWaiting} waited, the last were written after ${paced.flushMs.toFixed(0)} ms, event loop lag p99 ${paced.lagP99Ms.toFixed(0)} ms`,
    )
    const rate = await runFlatOut(recorder)
    say(`  flat out: ${rate.toFixed(0)} a second for ${SECONDS} s (wanted: ${WANTED_PER_SECOND})`)
    const { recorded, dropped, waiting } = recorder.counts()
    say(`  recorded ${recorded}, dropped ${dropped}, waiting ${waiting}`)
    await recorder.close()
    // Two seconds' worth may wait; more would mean that it falls behind.
    return rate >= WANTED_PER_SECOND && dropped === 0 && paced.mostWaiting < 2 * OFFERED_PER_SECOND
  } finally {
    await database.close()
  }
}
