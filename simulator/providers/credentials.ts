// How a caller shows its key.
import type { IncomingHttpHeaders } from 'node:http'

export const bearer = (headers: IncomingHttpHeaders): string =>
  /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''

export const headerKey =
  (name: string) =>
  (headers: IncomingHttpHeaders): string => {
    const value = headers[name]
    return typeof value === 'string' ? value : ''
  }
