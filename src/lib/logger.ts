/**
 * Structured logs: one JSON object a line, and the one place where secrets are taken out.
 *
 * Every string that is logged passes `redactText`, and every field whose name says that it is a secret is replaced,
 * so that a room may log what it holds without knowing which part of it is secret.
 */
import { pino, type DestinationStream } from 'pino'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/** What a room may ask of its logger; pino and Fastify's logger both fit. */
export interface Logger {
  debug(fields: object, message?: string): void
  info(fields: object, message?: string): void
  warn(fields: object, message?: string): void
  error(fields: object, message?: string): void
}

const REDACTED = '[redacted]'

const SECRET_FIELD =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-goog-api-key|api[-_]?key|.*[-_]api[-_]key|apikey|password|passphrase|secret|client[-_]?secret|.*[-_]secret|token|access[-_]?token|refresh[-_]?token|id[-_]?token|session[-_]?token|invitation[-_]?token|database[-_]?url|connection[-_]?string)$/i

/** Each pattern keeps its first group, so that a log line still tells which kind of secret stood there. */
const SECRET_TEXT: readonly RegExp[] = [
  /(\bsk-)[A-Za-z0-9_-]{8,}/g,
  /(\bAIza)[A-Za-z0-9_-]{20,}/g,
  /(\bgsk_)[A-Za-z0-9]{8,}/g,
  /(\btgp_v1_)[A-Za-z0-9_-]{8,}/g,
  /(\bm4t_)[A-Za-z0-9_-]{8,}/g,
  /(\bBearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  /(\bBasic\s+)[A-Za-z0-9+/=]{12,}/gi,
  /([?&](?:key|api[-_]?key|access_token|token|sig|signature|secret)=)[^&\s"'<>]+/gi,
  /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+(?=@)/gi,
]

/** A text without anything that looks like a credential. */
export const redactText = (text: string): string =>
  SECRET_TEXT.reduce((result, pattern) => result.replace(pattern, `$1${REDACTED}`), text)

/** Deeper than any record of ours; stops a runaway object from filling the log. */
const MAX_DEPTH = 8

const redactError = (error: Error, depth: number, seen: WeakSet<object>): object => ({
  type: error.name,
  message: redactText(error.message),
  stack: error.stack === undefined ? undefined : redactText(error.stack),
  ...(redactFields(Object.entries(error), depth, seen) as object),
  ...(error.cause === undefined ? {} : { cause: redactAt(error.cause, depth + 1, seen) }),
})

const redactFields = (entries: [string, unknown][], depth: number, seen: WeakSet<object>): object =>
  Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      SECRET_FIELD.test(key) && value !== undefined ? REDACTED : redactAt(value, depth + 1, seen),
    ]),
  )

const redactAt = (value: unknown, depth: number, seen: WeakSet<object>): unknown => {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (depth > MAX_DEPTH || seen.has(value)) return '[omitted]'
  seen.add(value)
  const result = redactObject(value, depth, seen)
  seen.delete(value)
  return result
}

const redactObject = (value: object, depth: number, seen: WeakSet<object>): unknown => {
  if (value instanceof Error) return redactError(value, depth, seen)
  if (Array.isArray(value)) return value.map((item) => redactAt(item, depth + 1, seen))
  if (value instanceof URL) return redactText(value.href)
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  return redactFields(Object.entries(value), depth, seen)
}

/** Any value as it may be written to a log: secrets replaced, errors spelled out, cycles cut. */
export const redact = (value: unknown): unknown => redactAt(value, 0, new WeakSet())

export interface LoggerOptions {
  readonly level: LogLevel
  /** Where the lines go; standard output when left out. */
  readonly destination?: DestinationStream
}

/** The server's logger. Its pino instance is also what Fastify takes as `loggerInstance`. */
export const createLogger = ({ level, destination }: LoggerOptions) => {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: object) => redact(fields) as Record<string, unknown>,
    },
    hooks: {
      logMethod(this: unknown, args: unknown[], method: (...parts: never[]) => void) {
        method.apply(this, args.map((part) => (typeof part === 'string' ? redactText(part) : part)) as never[])
      },
    },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** Says nothing; for tests and for a library used without a logger. */
export const silentLogger: Logger = Object.freeze({ debug() {}, info() {}, warn() {}, error() {} })
