/** What the rules count, from recorded calls to the windows that they judge. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createUsageRoom } from '../../src/app/usage.ts'
import { loadConfig } from '../../src/config.ts'
import type { ErrorCode } from '../../src/errors.ts'
import type { AttemptRecord } from '../../src/gateway/index.ts'
import { createFakeClock } from '../../src/lib/fake-clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createCallWindows } from '../../src/models/alerts/call-windows.store.ts'
import { createTestDatabase } from '../setup/database.ts'

const NOW_MS = Date.parse('2026-11-22T10:30:00Z')
const MINUTE_MS = 60_000
const database = await createTestDatabase()
const directory = await mkdtemp(join(tmpdir(), 'call-windows-'))
afterAll(async () => {
  await database.close()
  await rm(directory, { recursive: true, force: true })
})

const attempt = (atMs: number, errorCode: ErrorCode | null, more: Partial<AttemptRecord> = {}): AttemptRecord => ({
  provider: 'sim',
  model: 'one',
  credential: null,
  credentialId: null,
  startedAtMs: atMs - 1_000,
  durationMs: 1_000,
  firstTokenMs: null,
  outcome: errorCode === null ? 'answered' : 'failed',
  errorCode,
  errorMessage: errorCode,
  status: null,
  usage: null,
  costMicrocents: 2_000,
  reason: 'chosen',
  requestId: createId(),
  operation: 'chat',
  labels: {},
  request: {},
  ...more,
})

test('answers and the provider’s faults count; the caller’s faults, ours, probes and old calls do not', async () => {
  const clock = createFakeClock(NOW_MS)
  const config = await loadConfig({ directory, environment: { DATA_DIR: directory } })
  const room = await createUsageRoom({ config, db: database.db, directory, meters: [], clock, logger: silentLogger })
  const recent = NOW_MS - 10 * MINUTE_MS
  // Half an hour before the window, in the hour that it begins in.
  for (let at = 0; at < 5; at += 1) room.meter.record(attempt(NOW_MS - 75 * MINUTE_MS, 'provider-error'))
  for (let at = 0; at < 6; at += 1) room.meter.record(attempt(recent, null))
  for (const code of ['provider-error', 'provider-error', 'provider-timeout'] as const)
    room.meter.record(attempt(recent, code))
  for (const code of ['content-refused', 'context-too-long', 'credential-invalid'] as const)
    room.meter.record(attempt(recent, code))
  room.meter.record(attempt(recent, 'provider-error', { outcome: 'skipped' }))
  room.meter.record(attempt(NOW_MS - 300 * MINUTE_MS, 'provider-error'))
  room.probeMeter.record(attempt(recent, 'provider-error'))
  room.meter.record(attempt(recent, 'provider-error', { model: 'other' }))
  const flushed = room.recorder.flush()
  await clock.advance(5_000)
  await flushed

  const windows = createCallWindows(database.db)
  const [from, to] = [new Date(NOW_MS - 60 * MINUTE_MS), new Date(NOW_MS)]
  const found = await windows.window(from, to, { percentiles: true })
  expect(found.find(({ model }) => model === 'one')).toMatchObject({ requests: 9, failures: 3, averageMs: 1_000 })
  expect(found.find(({ model }) => model === 'other')).toMatchObject({ requests: 1, failures: 1, p95Ms: null })
  const p95Ms = found.find(({ model }) => model === 'one')?.p95Ms ?? 0
  expect(Math.abs(p95Ms - 1_000)).toBeLessThan(50)
  expect(await windows.failureCodes({ provider: 'sim', model: 'one' }, from, to)).toMatchObject({
    'provider-error': 2,
    'provider-timeout': 1,
  })
  expect(
    (await windows.window(new Date(NOW_MS - 600 * MINUTE_MS), to)).find(({ model }) => model === 'one'),
  ).toMatchObject({
    requests: 15,
    failures: 9,
  })
  await room.close()
})
