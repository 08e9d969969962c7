/** Loads what is missing of the made-up days; may be broken off and called again. */
import { openDatabase } from '../../src/db/open.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createPartitionsStore, dayOf } from '../../src/models/usage/partitions.store.ts'
import { clearDay, generateDay, generateErrors, generateRollups, settle, sizes } from './generate.store.ts'

const DAY_MS = 86_400_000
export const DAYS = 30

export interface LoadOptions {
  readonly directory: string
  readonly rows: number
  readonly say: (line: string) => void
}

export const load = async ({ directory, rows, say }: LoadOptions): Promise<void> => {
  const database = await openDatabase({ embedded: { dataDirectory: directory, exclusive: true }, poolSize: 4 })
  const { db } = database
  try {
    await migrate(db)
    const todayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS
    const partitions = createPartitionsStore(db)
    for (let ago = DAYS; ago >= 1; ago -= 1) {
      const startMs = todayMs - ago * DAY_MS
      const day = dayOf(startMs)
      await partitions.ensure([day])
      const start = new Date(startMs)
      const known = await db
        .selectFrom('usage_users')
        .select('day')
        .where('day', '=', start)
        .limit(1)
        .executeTakeFirst()
      if (known !== undefined) continue
      const began = performance.now()
      await clearDay(db, startMs)
      await generateDay(db, startMs, Math.ceil(rows / DAYS))
      await generateErrors(db, startMs)
      await generateRollups(db, day)
      say(`  ${day}: ${Math.ceil(rows / DAYS)} rows in ${((performance.now() - began) / 1_000).toFixed(1)} s`)
    }
    await settle(db)
    for (const { name, rows: count, megabytes } of await sizes(db))
      say(`  ${name.padEnd(14)} ${String(count).padStart(10)} rows ${megabytes.toFixed(0).padStart(6)} MB`)
  } finally {
    await database.close()
  }
}
