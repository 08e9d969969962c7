/**
 * Structured logs: one JSON object a line, and the one place where secrets are taken out.
 *
 * Every finished line passes `redactLine`, which replaces texts that look like credentials and fields whose names say
 * that they are, so that a room may log what it holds without knowing which part of it is secret.
 */
import { pino, type DestinationStream, type LoggerOptions as LoggerOptionsOfPino } from 'pino'

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
  /([?&](?:key|api[-_]?key|access_token|token|sig|signature|secret)=)[^&\s"'<>\\]+/gi,
  /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+(?=@)/gi,
]

/** A text without anything that looks like a credential. */
export const redactText = (text: string): string =>
  SECRET_TEXT.reduce((result, pattern) => result.replace(pattern, `$1${REDACTED}`), text)

/** A field of a JSON line with a text, a list without lists in it, or a plain value. */
const FIELD = /"([^"\\]{1,60})":("(?:[^"\\]|\\.)*"|\[[^[\]{}]*\]|[^,"{}[\]]+)/g

/** A line of JSON without secrets, by the look of its texts and by the names of its fields. */
export const redactLine = (line: string): string =>
  redactText(line).replace(FIELD, (field, name: string, value: string) =>
    SECRET_FIELD.test(name) && value !== 'null' ? `"${name}":"${REDACTED}"` : field,
  )

/** A JSON-safe value without secrets, for what is stored or sent; what JSON cannot hold is left out. */
export const redact = (value: unknown): unknown => {
  try {
    const text = JSON.stringify(value) as string | undefined
    return text === undefined ? undefined : (JSON.parse(redactLine(text)) as unknown)
  } catch {
    return '[omitted]'
  }
}

export interface LoggerOptions {
  readonly level: LogLevel
  /** Where the lines go; standard output when left out. */
  readonly destination?: DestinationStream
}

const { errWithCause } = pino.stdSerializers

/** The server's logger. It is also what Fastify takes as `loggerInstance`. */
export const createLogger = ({ level, destination }: LoggerOptions) => {
  const options: LoggerOptionsOfPino = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: errWithCause, error: errWithCause },
    // The last step before the line is written: nothing reaches it by another way.
    hooks: { streamWrite: redactLine },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** Says nothing; for tests and for a library used without a logger. */
export const silentLogger: Logger = Object.freeze({ debug() {}, info() {}, warn() {}, error() {} })
