/** The name of a request in answers and logs: the caller's when it is harmless, otherwise ours. */
import type { IncomingMessage } from 'node:http'
import { createId } from '../lib/ids.ts'

const HARMLESS = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,99}$/

export const requestIdOf = (request: Pick<IncomingMessage, 'headers'>): string => {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && HARMLESS.test(given) ? given : createId()
}
