/** What this process sees of its gateway: breakers that stay open, keys that are refused. Written down for the rules. */
import type { Kysely } from 'kysely'
import type { Database } from '../db/types.ts'
import type { ErrorCode } from '../errors.ts'
import type { Clock } from '../lib/clock.ts'
import { createId } from '../lib/ids.ts'
import type { Signal } from '../models/alerts/evaluate.ts'
import { keepSignals } from '../models/alerts/signals.store.ts'
import type { Ai } from './ai.ts'

/** Refusals that a person must do something about. */
const BAD_KEY: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['credential-invalid', 'provider-quota'])
/** One refusal comes from good keys too. */
const REFUSALS = 2
/** A key that nobody uses is not known to be bad for good: another process may have seen it taken since. */
const REMEMBERED_MS = 6 * 3_600_000

type Seen = Omit<Signal, 'sinceMs'>
type Watched = Pick<Ai, 'models' | 'gateway' | 'credentials'>

const seenBreakers = ({ models, gateway }: Watched): Seen[] =>
  models.catalog
    .rows()
    .filter((row) => row.active && gateway.insight.door.breakerState(row, null) !== 'closed')
    .map(({ provider, key }) => ({
      kind: 'breaker',
      provider,
      subject: key,
      message: '',
    }))

const seenCredentials = ({ gateway, credentials }: Watched, nowMs: number): Seen[] =>
  credentials
    .list()
    .filter(({ enabled }) => enabled)
    .flatMap(({ id, provider, name }) => {
      const { refusal } = gateway.insight.pool.state(id)
      if (refusal === null || !BAD_KEY.has(refusal.code) || refusal.timesInRow < REFUSALS) return []
      if (nowMs - refusal.atMs > REMEMBERED_MS) return []
      return [
        {
          kind: 'credential' as const,
          provider,
          subject: name,
          message: refusal.message,
        },
      ]
    })

/** One look; writes only while there is something to see, or was a moment ago. */
export const createSignalWatch = (ai: Watched, db: Kysely<Database>, clock: Clock): (() => Promise<void>) => {
  const processId = createId(clock.now())
  let since = new Map<string, number>()
  return async () => {
    const nowMs = clock.now()
    const seen = [...seenBreakers(ai), ...seenCredentials(ai, nowMs)]
    const keyOf = ({ kind, provider, subject }: Seen): string => JSON.stringify([kind, provider, subject])
    if (seen.length === 0 && since.size === 0) return
    since = new Map(seen.map((one) => [keyOf(one), since.get(keyOf(one)) ?? nowMs]))
    const signals = seen.map((one) => ({ ...one, sinceMs: since.get(keyOf(one)) ?? nowMs }))
    await keepSignals(db, processId, signals, new Date(nowMs))
  }
}

export const SIGNAL_WATCH_MS = 10_000
