/** A process that takes a `long` job, says so to its parent and never ends it: made to be killed. */
import { z } from 'zod'
import { openDatabase } from '../../src/db/open.ts'
import { defineJob } from '../../src/jobs/definition.ts'
import { createQueue } from '../../src/jobs/queue.ts'
import { handleJob } from '../../src/jobs/registry.ts'
import { createWorker } from '../../src/jobs/worker.ts'
import { silentLogger } from '../../src/lib/logger.ts'

const [url = '', schema = ''] = process.argv.slice(2)
const longJob = defineJob({ name: 'long', payload: z.object({ key: z.string() }), singletonKey: ({ key }) => key })
const database = await openDatabase({ url, poolSize: 3 })
const queue = await createQueue({
  db: database.db,
  pool: database.pool,
  jobs: [longJob],
  logger: silentLogger,
  schema,
})
await createWorker({
  queue,
  db: database.db,
  connectionString: url,
  handlers: [
    handleJob(longJob, ({ jobId }) => {
      process.send?.(jobId)
      return new Promise(() => {})
    }),
  ],
  logger: silentLogger,
})
