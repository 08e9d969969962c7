/**
 * Whether an unsafe request may change something: the guard against cross-site request forgery.
 *
 * Browsers state the origin of every unsafe request, by `Sec-Fetch-Site` (set by the browser alone) or by `Origin`. A
 * request with neither comes from a program, which no foreign page can steer.
 */
import type { IncomingHttpHeaders } from 'node:http'

const hostOf = (origin: string): string | undefined => {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}

export const isSameOrigin = (headers: IncomingHttpHeaders, trustedOrigins: ReadonlySet<string>): boolean => {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  if (typeof origin === 'string' && trustedOrigins.has(origin)) return true
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  if (origin === undefined) return true
  return host !== undefined && hostOf(origin) === host
}
