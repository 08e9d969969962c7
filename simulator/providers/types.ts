// A provider of the simulator: where it listens, how it knows a caller, which routes and errors it has.
import type { IncomingHttpHeaders } from 'node:http'
import type { Frame, ProviderName } from '../types.ts'
import type { Route } from '../exchange.ts'
import type { RateState } from '../state/rate-limit.ts'

export type Credential = { key: string } | { refused: 'bad-key' | 'missing-key' | 'bad-key-models' }

export type ProviderDefinition = {
  name: ProviderName
  /** What follows host and port in the base URL that a client is given. */
  basePath: string
  /** The key the caller showed; "" where none is needed. */
  credential: (headers: IncomingHttpHeaders, query: URLSearchParams) => string
  /** Local servers take any key or none. */
  needsKey: boolean
  routes: Route[]
  /** Headers of every answer. */
  headers: () => Record<string, string>
  rateHeaders: (state: RateState, now: number) => Record<string, string>
  /** An error as one event of a running stream; `body` is the error body of the same kind. */
  errorFrames: (body: unknown, status: number, path: string) => Frame[]
  /** Some paths have their own error envelope. */
  errorTableFor?: (path: string) => 'compatible' | 'gemini-array' | undefined
}
