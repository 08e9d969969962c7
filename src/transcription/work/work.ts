/**
 * The work on one recording as its steps see it: what it is about, when to stop, how to store and tell.
 *
 * Everything is stored under a lease. Whoever cancels, deletes or takes over the work changes the lease, so what comes
 * late from a worker that doesn't know yet is refused by the database, and the worker stops.
 */
import type { Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import type { TranscriptionsDependencies } from '../dependencies.ts'
import type { Notice, Notices } from '../events.ts'
import { toJson } from '../store/stored-text.ts'
import { findById, updateLeased } from '../store/transcriptions.store.ts'
import type { StepName, TranscriptionOptions } from '../types.ts'
import type { StoredTranscription } from '../views.ts'
import type { ActiveWork } from './active-work.ts'
import { createProgressMeter } from './progress-meter.ts'
import type { Slots } from './slots.ts'

/** What all work in this process shares. */
export interface Workshop extends TranscriptionsDependencies {
  readonly notices: Notices
  readonly active: ActiveWork
  readonly recognitionSlots: Slots
}

export interface Work {
  readonly shop: Workshop
  readonly id: string
  readonly userId: string
  readonly lease: string
  readonly signal: AbortSignal
  /** As it is stored now. */
  row(): Promise<StoredTranscription>
  /** One transaction that is undone when the work has been lost; the notices go out with it. */
  store<Result>(change: (db: Transaction<Database>) => Promise<Result>, ...notices: Notice[]): Promise<Result>
  /** Begins to report how far a step is; the returned function may be called as often as one likes. */
  progress(step: StepName, of: { totalSecond: number | null; startSecond?: number }): (doneSecond: number) => void
}

export const optionsOf = (row: Pick<StoredTranscription, 'options'>): TranscriptionOptions =>
  row.options as TranscriptionOptions

export const lostWork = (): AppError =>
  new AppError('cancelled', 'The work was stopped or given to another worker', { details: { lost: true } })

export const isLost = (thrown: unknown): boolean => thrown instanceof AppError && thrown.details['lost'] === true

/** Pages need no more; each report is a write. */
const REPORT_EVERY_MS = 400

export const createWork = (
  shop: Workshop,
  of: { readonly id: string; readonly userId: string; readonly lease: string; readonly signal: AbortSignal },
): Work => {
  const address = { userId: of.userId, id: of.id }
  const now = (): Date => new Date(shop.clock.now())

  const store: Work['store'] = (change, ...notices) =>
    shop.db.transaction().execute(async (db) => {
      if (!(await updateLeased(db, of.id, of.lease, { updated_at: now() }))) throw lostWork()
      const result = await change(db)
      for (const notice of notices) await shop.notices.publish(db, notice)
      return result
    })

  return {
    ...of,
    shop,
    store,
    async row() {
      const row = await findById(shop.db, of.id)
      if (row === undefined || row.lease !== of.lease) throw lostWork()
      return row
    },
    progress(step, { totalSecond, startSecond = 0 }) {
      const meter = createProgressMeter({ step, totalSecond, startSecond, now: () => shop.clock.now() })
      let lastMs = -Infinity
      let writing = false
      const write = async (doneSecond: number): Promise<void> => {
        const progress = meter.at(doneSecond)
        const change = { progress: toJson(progress), updated_at: now() }
        const mine = await updateLeased(shop.db, of.id, of.lease, change)
        // Another way to learn that the work is lost, should the notice not have come.
        if (!mine) return shop.active.stop(of.id)
        await shop.notices.publish(shop.db, { kind: 'progress', ...address, progress })
      }
      return (doneSecond) => {
        const nowMs = shop.clock.now()
        if (writing || nowMs - lastMs < REPORT_EVERY_MS || of.signal.aborted) return
        lastMs = nowMs
        writing = true
        write(doneSecond)
          .catch((error: unknown) => shop.logger.warn({ error, transcriptionId: of.id }, 'Progress was not stored'))
          .finally(() => (writing = false))
      }
    },
  }
}
