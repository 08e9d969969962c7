/** Where the record of every attempt goes. The gateway writes, the host keeps. */
import type { Attempt } from '../types/attempts.ts'
import type { Operation } from '../types/requests.ts'

export interface AttemptRecord extends Attempt {
  readonly requestId: string
  readonly operation: Operation
  readonly credentialId: string | null
  /** As the caller of the gateway gave them. */
  readonly labels: Readonly<Record<string, string>>
  /** The request as it was asked, for records of failures. Holds what people wrote: redact before it is kept. */
  readonly request: object
}

/** Called once for each attempt when it ended, whatever its end; must not throw and must not wait. */
export interface Meter {
  record(record: AttemptRecord): void
}

export const silentMeter: Meter = Object.freeze({ record: () => {} })

/** Tells several meters the same. */
export const combineMeters = (...meters: readonly Meter[]): Meter => ({
  record(record) {
    for (const meter of meters) meter.record(record)
  },
})
