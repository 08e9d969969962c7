/**
 * How every model stands, in memory for quick answers; and what calls of users show of it, written back.
 *
 * A model counts as confirmed when somebody saw it answer. A list alone does not prove that at every provider.
 */
import type { AttemptRecord, Meter } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { AvailabilityStore, Standing } from './availability.store.ts'

export interface Availability {
  of(provider: string, key: string): Standing | null
  /** Reads the table again. */
  load(): Promise<void>
  /** To be given to the gateway: learns from every call, and writes only what is new. */
  readonly meter: Meter
}

export interface AvailabilityDeps {
  readonly store: AvailabilityStore
  readonly clock: Clock
  readonly logger: Pick<Logger, 'warn'>
}

/** An answer is written down once in this time. */
const CONFIRM_MS = 24 * 3_600_000
/** The same refusal, once in this time. */
const REFUSE_MS = 60_000

const nameOf = (provider: string, key: string): string => `${provider}/${key}`

export const createAvailability = async ({ store, clock, logger }: AvailabilityDeps): Promise<Availability> => {
  let standings = new Map<string, Standing>()
  const writtenMs = new Map<string, number>()

  const load = async (): Promise<void> => {
    const all = await store.all()
    standings = new Map(all.map((one) => [nameOf(one.provider, one.key), one]))
  }
  const keep = (write: Promise<unknown>, what: string): void => {
    write.catch((error: unknown) => logger.warn({ error }, `${what} could not be kept`))
  }
  /** Whether this was written a short while ago; if not, it counts as written now. */
  const isFresh = (what: string, pauseMs: number): boolean => {
    const now = clock.now()
    if (now - (writtenMs.get(what) ?? -Infinity) < pauseMs) return true
    writtenMs.set(what, now)
    return false
  }
  const confirm = (name: string, standing: Standing): void => {
    if (isFresh(`answered ${name}`, CONFIRM_MS)) return
    writtenMs.delete(`refused ${name}`)
    const now = new Date(clock.now())
    standings.set(name, {
      ...standing,
      availability: 'available',
      confirmedBy: 'traffic',
      confirmedAt: now,
      checkedAt: now,
      checkError: null,
    })
    keep(
      store.confirm(standing, 'traffic', { kind: 'provider', id: null, name: 'traffic' }, now),
      `That ${name} answers`,
    )
  }
  const refuse = (name: string, standing: Standing, message: string): void => {
    if (isFresh(`refused ${name}`, REFUSE_MS)) return
    writtenMs.delete(`answered ${name}`)
    const now = new Date(clock.now())
    standings.set(name, {
      ...standing,
      availability: 'not-found',
      confirmedBy: null,
      confirmedAt: null,
      checkedAt: now,
      checkError: message,
    })
    keep(store.refuse(standing, message, now), `That ${name} is not served`)
  }
  const record = ({ provider, model, outcome, errorCode, errorMessage }: AttemptRecord): void => {
    const name = nameOf(provider, model)
    // Names that the catalog does not have leave no trace, so these maps stay as small as it.
    const standing = standings.get(name)
    if (standing === undefined) return
    if (outcome === 'answered') confirm(name, standing)
    else if (outcome === 'failed' && errorCode === 'model-not-found') refuse(name, standing, errorMessage ?? '')
  }

  await load()
  return { of: (provider, key) => standings.get(nameOf(provider, key)) ?? null, load, meter: { record } }
}
