// Every attempt that reached the simulator, so that a test can assert conduct as well as outcome. Secrets are masked.
import type { IncomingHttpHeaders } from 'node:http'
import type { ProviderName } from '../types.ts'

export type LogEntry = {
  id: number
  /** ISO 8601. */
  time: string
  /** Milliseconds since 1970. */
  startedAtMs: number
  provider: ProviderName
  method: string
  path: string
  query: string
  model: string
  operation: string
  headers: Record<string, string>
  /** Last four characters of the credential. */
  credential: string
  /** JSON body parsed, or the fields of a form, or undefined. */
  body: unknown
  bodyBytes: number
  faults: string[]
  stream: boolean
  status: number
  bytesSent: number
  /** Milliseconds from arrival to the client's leaving before the end; null when it stayed. */
  clientAbortedAtMs: number | null
  /** The connection was broken from this side, by a fault. */
  brokenBySimulator: boolean
  firstByteAtMs: number | null
  durationMs: number | null
  /** True once the answer was written to its end. */
  finished: boolean
}

const SECRET_HEADERS = new Set(['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'cookie'])
const MAX_ENTRIES = 20_000
/** Bodies of the oldest entries are forgotten beyond this, so that a load test does not fill memory. */
const MAX_BODY_BYTES = 128 * 1024 * 1024

export const mask = (secret: string): string => (secret.length > 8 ? `****${secret.slice(-4)}` : '****')

export const maskHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const text = Array.isArray(value) ? value.join(', ') : (value ?? '')
      return [name, SECRET_HEADERS.has(name) ? mask(text) : text]
    }),
  )

export type AttemptLog = {
  open(entry: Omit<LogEntry, 'id'>): LogEntry
  entries(): LogEntry[]
  /** Keeps the body of an entry. */
  keepBody(entry: LogEntry, body: unknown, bytes: number): void
  clear(): void
}

export const createAttemptLog = (): AttemptLog => {
  let entries: LogEntry[] = []
  let lastId = 0
  let keptBytes = 0
  return {
    open(fields) {
      lastId += 1
      const entry = { id: lastId, ...fields }
      entries.push(entry)
      if (entries.length > MAX_ENTRIES) entries = entries.slice(-MAX_ENTRIES / 2)
      return entry
    },
    entries: () => entries,
    keepBody(entry, body, bytes) {
      Object.assign(entry, { body, bodyBytes: bytes })
      keptBytes += bytes
      for (const oldest of entries) {
        if (keptBytes <= MAX_BODY_BYTES || oldest === entry) break
        if (oldest.body === undefined) continue
        oldest.body = undefined
        keptBytes -= oldest.bodyBytes
      }
    },
    clear() {
      keptBytes = 0
      entries = []
    },
  }
}
