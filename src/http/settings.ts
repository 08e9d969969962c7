/** The slice of the configuration that the HTTP server works by. */
export interface HttpSettings {
  /** Where people reach the server, without a slash at the end. */
  readonly publicUrl: string
  /** Other origins that may call the API with cookies, e.g. a page served elsewhere. */
  readonly allowedOrigins: readonly string[]
  /** Addresses or networks of reverse proxies whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[]
  readonly signUp: 'open' | 'invitation'
  /** Says on every page that providers are simulated. */
  readonly demo: boolean
  readonly version: string
  readonly maxUploadBytes: number
  readonly maxDurationSecond: number
  /** Requests a minute from one user, or from one address before sign-in. */
  readonly requestsPerMinute: number
  /** Where unfinished uploads are kept. */
  readonly uploadDirectory: string
  /** The built page; left out when there is none. */
  readonly webDirectory?: string
}
