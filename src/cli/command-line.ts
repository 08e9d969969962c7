import type { Config } from '../config.ts'
import type { Terminal } from './terminal.ts'

/** What every command gets. */
export interface CommandLine {
  readonly terminal: Terminal
  readonly loadConfig: () => Promise<Config>
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  readonly version: string
}
