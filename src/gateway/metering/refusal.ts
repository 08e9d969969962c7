/** A request that ended before any model was called: nobody knows it, nobody can take it, or nobody could be asked. */
import type { AppError } from '../../errors.ts'
import type { Operation } from '../types/requests.ts'

export interface RefusalRecord {
  readonly requestId: string
  readonly operation: Operation
  /** As the caller of the gateway gave them. */
  readonly labels: Readonly<Record<string, string>>
  /** The model as it was named. */
  readonly asked: string
  readonly atMs: number
  readonly error: Pick<AppError, 'code' | 'message'>
  /** Holds what people wrote: redact before it is kept. */
  readonly request: object
}

/** Called once for each such request; must not throw and must not wait. */
export type OnRefusal = (record: RefusalRecord) => void
