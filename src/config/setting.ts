/** What one setting is: how its text becomes a value, what it is when it is not given, and what the documentation says. */
import ipaddr from 'ipaddr.js'

export interface Setting<Value> {
  /** What the setting is for, one sentence. */
  readonly about: string
  /** Turns the text into the value; throws an Error whose message says how to write it right. */
  readonly parse: (text: string) => Value
  /** The value when the setting is not given; undefined where there is none. */
  readonly fallback: Value
  /** The default as the documentation writes it, where the value itself would not be clear. */
  readonly shown: string | undefined
  /** A secret can also be given as a file, by the name with `_FILE`, and is never printed. */
  readonly secret: boolean
}

interface SettingOptions<Value> {
  readonly about: string
  readonly parse: (text: string) => Value
  readonly fallback: NoInfer<Value>
  readonly shown?: string
  readonly secret?: boolean
}

export const setting = <Value>({ shown, secret = false, ...rest }: SettingOptions<Value>): Setting<Value> =>
  Object.freeze({ ...rest, shown, secret })

/** A setting that may be left out, with nothing in its place. */
export const optional = <Value>(options: Omit<SettingOptions<Value>, 'fallback'>): Setting<Value | undefined> =>
  setting<Value | undefined>({ ...options, fallback: undefined })

export const text = (value: string): string => value

export const oneOf =
  <const Choice extends string>(...choices: readonly Choice[]) =>
  (value: string): Choice => {
    const found = choices.find((choice) => choice === value.toLowerCase())
    if (found === undefined) throw new Error(`write one of: ${choices.join(', ')}`)
    return found
  }

export const wholeNumber =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value)
    if (!/^\d+$/.test(value) || number < least || number > most)
      throw new Error(`write a whole number from ${least} to ${most}`)
    return number
  }

export const yesOrNo = (value: string): boolean => {
  if (/^(1|true|yes|on)$/i.test(value)) return true
  if (/^(0|false|no|off)$/i.test(value)) return false
  throw new Error('write true or false')
}

export const list = (value: string): readonly string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

export const languageCodes = (value: string): readonly string[] => {
  const codes = list(value)
  if (!codes.every((code) => /^[a-z]{2,3}$/.test(code))) throw new Error('write codes like en,tr')
  return codes
}

const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
}

/** `name=value,other=value`, as OpenTelemetry writes headers: values may be percent-encoded. */
export const headers = (value: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    list(value).map((pair) => {
      const [, name, text] = /^([\w-]+)\s*=\s*(.+)$/.exec(pair) ?? []
      if (name === undefined || text === undefined) throw new Error('write headers as name=value, separated by commas')
      return [name.toLowerCase(), decodeURIComponent(text)]
    }),
  )

export const share = (value: string): number => {
  const number = Number(value)
  if (value.trim() === '' || !(number >= 0 && number <= 1)) throw new Error('write a number from 0 to 1')
  return number
}

/** `500MB`, `5GB`, or a plain number of bytes. */
export const bytes = (value: string): number => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(value) ?? []
  const factor = UNIT_BYTES[unit?.toLowerCase() ?? '-']
  if (amount === undefined || factor === undefined) throw new Error('write a size like 500MB or 5GB')
  return Math.round(Number(amount) * factor)
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `30s`, `5m`, `2h`; in milliseconds. */
export const duration = (value: string): number => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/i.exec(value) ?? []
  const factor = UNIT_MS[unit?.toLowerCase() ?? '']
  if (amount === undefined || factor === undefined) throw new Error('write a time with its unit, like 30s, 5m or 2h')
  return Number(amount) * factor
}

const parseUrl = (value: string, protocols: readonly string[]): URL => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !protocols.includes(url.protocol)) {
    throw new Error(`write an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`)
  }
  return url
}

/** An address of a web server, without a slash at its end. */
export const webAddress = (value: string): string => {
  const url = parseUrl(value, ['http:', 'https:'])
  if (url.username !== '' || url.password !== '') throw new Error('leave user name and password out of the address')
  return value.replace(/\/+$/, '')
}

export const databaseAddress = (value: string): string => {
  // A socket's address has no host, which URL does not take.
  if (!/^postgres(ql)?:\/\/\S+$/.test(value))
    throw new Error('write it as postgresql://user:password@host:5432/database')
  return value
}

/** A key as providers give it; catches quotes and spaces that came with a copy. */
export const key = (value: string): string => {
  if (/[\s"'`]/.test(value)) throw new Error('write the key alone, without spaces, line breaks or quotes')
  return value
}

export const longSecret = (value: string): string => {
  if (value.length < 32)
    throw new Error('write at least 32 random characters, for example the output of: openssl rand -hex 32')
  return value
}

/** An IANA name such as `Europe/Istanbul`. */
export const timeZone = (value: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone
  } catch {
    throw new Error('write a time zone like UTC or Europe/Istanbul')
  }
}

/** Of a mail server; user and password may stand in it. */
export const mailServer = (value: string): string => {
  const url = parseUrl(value, ['smtp:', 'smtps:'])
  if (url.hostname === '') throw new Error('write it as smtp://user:password@host:587')
  return value
}

/** `name@host`, or a name with the address in angle brackets. */
export const mailAddress = (value: string): string => {
  if (!/^[^<>\s@]+@[^<>\s@]+$|^[^<>\r\n]+<[^<>\s@]+@[^<>\s@]+>$/.test(value))
    throw new Error('write it as name@example.org or Name <name@example.org>')
  return value
}

/** IP addresses and networks. */
export const networks = (value: string): readonly string[] =>
  list(value).map((item) => {
    const isNetwork = item.includes('/') ? ipaddr.isValidCIDR(item) : ipaddr.isValid(item)
    if (!isNetwork) throw new Error(`“${item}” is no address or network; write 10.1.2.3 or 10.1.2.0/24`)
    return item
  })
