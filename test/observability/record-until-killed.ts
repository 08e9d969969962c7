/** Records calls until it is killed, and says after each how many it has recorded. Arguments: folder, database. */
import { writeSync } from 'node:fs'
import { openDatabase } from '../../src/db/open.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createBatchStore } from '../../src/models/usage/recorder/batch.store.ts'
import { createPartitionsStore } from '../../src/models/usage/partitions.store.ts'
import { createUsageRecorder } from '../../src/models/usage/recorder/recorder.ts'
import { createSpool } from '../../src/models/usage/recorder/spool.ts'
import { attempt } from './attempts.ts'

const [directory = '', url = ''] = process.argv.slice(2)
const { db } = await openDatabase({ url, poolSize: 2 })
const recorder = createUsageRecorder({
  batches: createBatchStore(db),
  partitions: createPartitionsStore(db),
  spool: createSpool(directory),
  policy: 'metadata',
  limits: { batchSize: 150 },
  clock: systemClock,
  logger: silentLogger,
})
for (let recorded = 1; ; recorded += 1) {
  recorder.record(attempt())
  writeSync(1, `${recorded}\n`)
  if (recorded % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
}
