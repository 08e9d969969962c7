/**
 * Switches off models that fail too often by their provider's fault, with the evidence; asks them again now and then, with
 * a cap; and proposes to switch them on, or does so, when they answer. Whatever an administrator decides meanwhile holds.
 */
import { resolveAlerts } from '../alerts/alerts.store.ts'
import { createDisablementsStore, type Disablement } from './disablements.store.ts'
import { createSwitchOff, type SwitchOffDeps } from './switch-off.ts'
import { createWayBack, type WayBackDeps } from './way-back.ts'

export interface AutoDisableDeps extends SwitchOffDeps, WayBackDeps {
  /** Reads the catalog into memory again. */
  readonly refresh: () => Promise<void>
}

/** Of all models together in one look, so that a provider's outage does not become a burst of calls. */
const PROBES_AT_ONCE = 3
const RECOVERED_SHOWN_MS = 24 * 3_600_000

const nextOf = ({ nextProbeAt }: Disablement): number => nextProbeAt?.getTime() ?? Infinity

export const createAutoDisable = (deps: AutoDisableDeps) => {
  const { db, refresh, clock } = deps
  const store = createDisablementsStore(db)
  const switchOff = createSwitchOff(deps)
  const wayBack = createWayBack(deps)

  /** Those that are still off and whose turn it is, longest waiting first. */
  const due = async (): Promise<Disablement[]> => {
    const still: Disablement[] = []
    for (const one of await store.open()) if (await wayBack.follow(one)) still.push(one)
    return still
      .filter((one) => nextOf(one) <= clock.now())
      .toSorted((a, b) => nextOf(a) - nextOf(b))
      .slice(0, PROBES_AT_ONCE)
  }

  return {
    list: store.list,
    /** Switches off what fails too often; how many models. */
    async disable(): Promise<number> {
      const disabled = await switchOff()
      if (disabled > 0) await refresh()
      return disabled
    },
    /** Follows what was decided about those that are off, and asks those whose turn it is; how many. */
    async probe(signal?: AbortSignal): Promise<number> {
      const asked = await due()
      for (const one of asked) await wayBack.probe(one, signal)
      // That a model is back is news, not a trouble: it goes by itself.
      const before = new Date(clock.now() - RECOVERED_SHOWN_MS)
      await resolveAlerts(db, { kind: 'model-recovered', before }, new Date(clock.now()))
      if (asked.length > 0) await refresh()
      return asked.length
    },
  }
}

export type AutoDisable = ReturnType<typeof createAutoDisable>
