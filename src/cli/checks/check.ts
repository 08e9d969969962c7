/** One thing that doctor looks at. */
import type { Config } from '../../config.ts'

export interface Finding {
  readonly name: string
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was found, one line. */
  readonly message: string
  /** What to do, when there is something to do. */
  readonly advice?: string
  readonly details?: Readonly<Record<string, unknown>>
}

export interface CheckContext {
  readonly config: Config
  readonly signal: AbortSignal
  /** False leaves out every call to the outside. */
  readonly online: boolean
}

export type Check = (context: CheckContext) => Promise<readonly Finding[]>
