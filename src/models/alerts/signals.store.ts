/** What each process sees of its own gateway, where the process that judges the rules can read it. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { Signal } from './evaluate.ts'

/** A process that was silent for so long is gone, and what it saw with it. */
const FRESH_MS = 90_000

/** Puts what a process sees now in the place of what it saw before. */
export const keepSignals = async (
  db: Kysely<Database>,
  processId: string,
  signals: readonly Signal[],
  now: Date,
): Promise<void> => {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .deleteFrom('gateway_signals')
      .where((where) =>
        where.or([where('process_id', '=', processId), where('seen_at', '<', new Date(now.getTime() - 10 * FRESH_MS))]),
      )
      .execute()
    if (signals.length === 0) return
    const rows = signals.map(({ kind, provider, subject, message, sinceMs }) => ({
      process_id: processId,
      kind,
      provider,
      subject,
      message,
      since: new Date(sinceMs),
      seen_at: now,
    }))
    await transaction
      .insertInto('gateway_signals')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  })
}

/** What any living process sees; for what several see, the oldest. */
export const freshSignals = async (db: Kysely<Database>, now: Date): Promise<Signal[]> => {
  const rows = await db
    .selectFrom('gateway_signals')
    .selectAll()
    .where('seen_at', '>=', new Date(now.getTime() - FRESH_MS))
    .orderBy('since')
    .orderBy('process_id')
    .execute()
  const first = new Map(rows.toReversed().map((row) => [`${row.kind} ${row.provider} ${row.subject}`, row]))
  return [...first.values()].map((row) => ({
    kind: row.kind as Signal['kind'],
    provider: row.provider,
    subject: row.subject,
    message: row.message,
    sinceMs: row.since.getTime(),
  }))
}
