/**
 * Faults of our own, told to Sentry: every line that the log has at level error or fatal. Lines reach this place after
 * `lib/logger.ts` took the secrets out, and only the fault itself and its place go on: no payload, no body, no text.
 *
 * Without an address in the settings nothing here is loaded.
 */
import type { Event } from '@sentry/core'
import { pino, type DestinationStream } from 'pino'
import { isObject, parseJson } from '../lib/json.ts'
import { redactText } from '../lib/logger.ts'

export interface FaultSettings {
  readonly dsn: string
  readonly environment: string
}

export interface Faults {
  /** A line of the log; any that tells of no fault passes by. */
  seen(line: string): void
  close(): Promise<void>
}

const CLOSE_MS = 3_000
/** As pino writes them first in each line of ours. */
const IS_FAULT = /^\{"level":"(?:error|fatal)"/

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Frames of a stack as V8 writes it, the innermost last, as Sentry wants them. */
const toFrames = (stack: string) =>
  stack
    .split('\n')
    .flatMap((line) => {
      const [, name, file, row, column] =
        /^\s*at (?:(.+?) \()?(?:file:\/\/)?([^()\s]+):(\d+):(\d+)\)?$/.exec(line) ?? []
      if (file === undefined) return []
      return [
        {
          function: name ?? '?',
          filename: file,
          lineno: Number(row),
          colno: Number(column),
          in_app: !/node_modules|^node:/.test(file),
        },
      ]
    })
    .toReversed()

/** What is told of a line; null for one that is no fault. */
export const toFaultEvent = (line: string): Event | null => {
  if (!IS_FAULT.test(line)) return null
  const fields = parseJson(line)
  if (!isObject(fields)) return null
  const error = isObject(fields['err']) ? fields['err'] : isObject(fields['error']) ? fields['error'] : {}
  const tags = Object.fromEntries(
    ['requestId', 'method', 'path', 'job', 'jobId', 'provider', 'model', 'code'].flatMap((name) => {
      const value = textOf(fields[name]) || textOf(error[name])
      return value === '' ? [] : [[name, value]]
    }),
  )
  const message = textOf(fields['msg'])
  const exception = {
    type: textOf(error['type']) || 'Error',
    value: redactText(textOf(error['message']) || message),
    stacktrace: { frames: toFrames(textOf(error['stack'])) },
  }
  return { level: fields['level'] === 'fatal' ? 'fatal' : 'error', message, tags, exception: { values: [exception] } }
}

export const createFaults = async ({ dsn, environment }: FaultSettings, version: string): Promise<Faults> => {
  const [{ createTransport, createStackParser }, { ServerRuntimeClient }] = await Promise.all([
    import('@sentry/core'),
    import('@sentry/core/server'),
  ])
  const client = new ServerRuntimeClient({
    dsn,
    environment,
    release: `mp4totext@${version}`,
    platform: 'node',
    runtime: { name: 'node', version: process.version },
    integrations: [],
    stackParser: createStackParser(),
    transport: (options) =>
      createTransport(options, async ({ body }) => {
        const response = await fetch(options.url, {
          method: 'POST',
          body: body as BodyInit,
          headers: options.headers ?? {},
          signal: AbortSignal.timeout(10_000),
        })
        await response.body?.cancel()
        return {
          statusCode: response.status,
          headers: {
            'x-sentry-rate-limits': response.headers.get('x-sentry-rate-limits'),
            'retry-after': response.headers.get('retry-after'),
          },
        }
      }),
  })
  client.init()
  return {
    seen(line) {
      const event = toFaultEvent(line)
      if (event !== null) client.captureEvent(event)
    },
    close: async () => void (await client.close(CLOSE_MS)),
  }
}

/** Where a logger writes so that every fault is told as well. */
export const besides = (
  faults: Pick<Faults, 'seen'>,
  lines: DestinationStream = pino.destination(1),
): DestinationStream => ({
  write(line) {
    lines.write(line)
    faults.seen(line)
  },
})
