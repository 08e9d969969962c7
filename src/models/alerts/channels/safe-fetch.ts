/**
 * Requests to addresses that a person typed in. The name is looked up here, and the connection goes to the very address
 * that was checked, so that neither a private address nor a name that leads to one is reached, whatever it leads to a
 * moment later. Redirects are not followed.
 */
import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, fetch, type Response } from 'undici'
import { AppError } from '../../../errors.ts'
import { sayAlone } from '../../../reasons.ts'

export interface SafeFetch {
  /** Throws `address-not-allowed` for an address that is not public and not allowed. */
  post(url: string, body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<number>
  /** What can be said of an address without a look-up. Throws as `post` does. */
  check(url: string): void
  close(): Promise<void>
}

export interface SafeFetchDeps {
  /** Private addresses and networks that may be reached. */
  readonly allowed: readonly string[]
  /** Left out: the system's. */
  readonly lookup?: LookupFunction
}

const DEADLINE_MS = 10_000

/** IPv6 can wrap an IPv4 address, and is then judged by it. */
const parse = (address: string): ipaddr.IPv4 | ipaddr.IPv6 => ipaddr.process(address)

const contains = (network: string, address: ipaddr.IPv4 | ipaddr.IPv6): boolean => {
  const [base, bits] = network.includes('/')
    ? ipaddr.parseCIDR(network)
    : ([parse(network), parse(network).kind() === 'ipv4' ? 32 : 128] as const)
  if (base instanceof ipaddr.IPv4) return address instanceof ipaddr.IPv4 && address.match(base, bits)
  return address instanceof ipaddr.IPv6 && address.match(base, bits)
}

export const isReachable = (address: string, allowed: readonly string[]): boolean => {
  const parsed = parse(address)
  return parsed.range() === 'unicast' || allowed.some((network) => contains(network, parsed))
}

const refused = (host: string): AppError =>
  new AppError('address-not-allowed', `${host} is not a public address`, { details: { host } })

export const createSafeFetch = ({ allowed, lookup = systemLookup }: SafeFetchDeps): SafeFetch => {
  const checkedLookup: LookupFunction = (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '', 0)
      const addresses = (Array.isArray(found) ? found : []).filter(({ address }) => isReachable(address, allowed))
      const [first] = addresses
      if (first === undefined) return done(refused(host), '', 0)
      if (options.all === true) return done(null, addresses)
      return done(null, first.address, first.family)
    })
  }
  const agent = new Agent({ connect: { lookup: checkedLookup, timeout: DEADLINE_MS }, pipelining: 0 })

  const check = (text: string): void => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
      throw new AppError('address-not-allowed', 'Write an address that begins with https://')
    if (url.username !== '' || url.password !== '')
      throw new AppError('address-not-allowed', 'Leave user name and password out of the address')
    const host = url.hostname.replace(/^\[|\]$/g, '')
    // A literal address is never looked up.
    if (isIP(host) !== 0 && !isReachable(host, allowed)) throw refused(host)
  }
  const toFailure = (thrown: unknown, host: string): AppError => {
    const causes = [thrown, thrown instanceof Error ? thrown.cause : undefined]
    const known = causes.find((cause) => cause instanceof AppError)
    if (known !== undefined) return known
    const why = causes.findLast((cause) => cause instanceof Error)?.message ?? 'no answer'
    return new AppError('delivery-failed', sayAlone('receiver-unreachable', { host, why }), { cause: thrown })
  }
  return {
    check,
    async post(url, body, headers, signal) {
      check(url)
      const { host } = new URL(url)
      let response: Response
      try {
        response = await fetch(url, {
          method: 'POST',
          body,
          headers,
          redirect: 'manual',
          dispatcher: agent,
          signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
        })
      } catch (thrown) {
        signal.throwIfAborted()
        throw toFailure(thrown, host)
      }
      // The answer's text is nobody's business, and may be endless.
      await response.body?.cancel().catch(() => {})
      if (response.status < 200 || response.status >= 300)
        throw new AppError('delivery-failed', sayAlone('receiver-refused', { host, status: response.status }), {
          details: { status: response.status },
        })
      return response.status
    },
    close: () => agent.close(),
  }
}
