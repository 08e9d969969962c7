import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createBatchStore } from '../../src/models/usage/recorder/batch.store.ts'
import { createPartitionsStore } from '../../src/models/usage/partitions.store.ts'
import { createUsageRecorder } from '../../src/models/usage/recorder/recorder.ts'
import { createSpool } from '../../src/models/usage/recorder/spool.ts'
import { createTestDatabase } from '../setup/database.ts'

const database = await createTestDatabase()
afterAll(() => database.close())

/** Resolves with the last number that the process said before it was killed. */
const recordAndKill = (directory: string, after: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const script = join(import.meta.dirname, 'record-until-killed.ts')
    const child = spawn(process.execPath, [script, directory, database.connectionString])
    let said = ''
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.split('\n').length > after) child.kill('SIGKILL')
    })
    child.on('error', reject)
    child.on('close', () => {
      const last = Number(said.split('\n').at(-2))
      if (Number.isNaN(last)) reject(new Error(`The process said nothing. ${errors}`))
      else resolve(last)
    })
  })

test('a process that is killed at any moment loses no record, and none counts twice', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'usage-kill-'))
  let said = 0
  for (const after of [5, 170, 400, 777]) said += await recordAndKill(directory, after)

  const recorder = createUsageRecorder({
    batches: createBatchStore(database.db),
    partitions: createPartitionsStore(database.db),
    spool: createSpool(directory),
    policy: 'metadata',
    clock: { ...systemClock, now: () => Date.now() + 300_000 },
    logger: silentLogger,
  })
  await recorder.adopt()
  const { rows } = await sql<{ rows: number; ids: number; counted: number }>`
    select count(*) as rows, count(distinct id) as ids,
      (select sum(attempts)::bigint from usage_rollups where grain = 'day' and level = 'all') as counted
    from attempts`.execute(database.db)
  const found = rows[0]
  // A record that was written a moment before the kill may not have been said any more; one for each kill.
  expect(found?.rows).toBeGreaterThanOrEqual(said)
  expect(found?.rows).toBeLessThanOrEqual(said + 4)
  expect(found?.ids).toBe(found?.rows)
  expect(found?.counted).toBe(found?.rows)
  expect(await readdir(directory)).toEqual([])
  await recorder.close()
  await rm(directory, { recursive: true })
})
