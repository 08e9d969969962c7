/** Spends credits as fast as it can until it is killed, and says so once it is well under way: `node spend.ts <connection string> <user id>`. */
import { randomUUID } from 'node:crypto'
import { openDatabase } from '../../src/db/open.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLedger } from '../../src/credits/ledger.ts'

const [url = '', userId = ''] = process.argv.slice(2)
const { db } = await openDatabase({ url, poolSize: 6 })
const ledger = createLedger({ db, clock: systemClock, newId: randomUUID })

let rounds = 0
const spend = async (): Promise<never> => {
  for (;;) {
    const { holdId } = await ledger.hold({
      userId,
      amount: 10,
      operation: 'summary',
      reason: 'load',
      idempotencyKey: randomUUID(),
      ttlMs: 1000,
    })
    const part = { holdId, amount: 3, provider: 'p', model: 'm', reason: 'load', breakdown: {} }
    await ledger.capture({ ...part, idempotencyKey: randomUUID() })
    await ledger.capture({ ...part, idempotencyKey: randomUUID() })
    await ledger.release(holdId, 'done')
    rounds += 1
    if (rounds === 20) process.send?.('spending')
  }
}
const running = Array.from({ length: 6 }, spend)
await Promise.all(running)
