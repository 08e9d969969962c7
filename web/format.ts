/** Numbers, times and sizes as people write them, by the browser's own Intl. */

/** `42:15`, or `4:00:00` from an hour on. */
export const formatClock = (second: number): string => {
  const whole = Math.max(0, Math.floor(second))
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const [hour, minute, rest] = parts as [number, number, number]
  const tail = String(rest).padStart(2, '0')
  return hour > 0 ? `${hour}:${String(minute).padStart(2, '0')}:${tail}` : `${minute}:${tail}`
}

const unitFormat = (locale: string, unit: string, digits = 0): Intl.NumberFormat =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits })

/** A length in the two largest units: `1 hr 5 min`, `12 sec`. */
export const formatSpan = (second: number, locale: string): string => {
  const whole = Math.max(0, Math.round(second))
  const [hour, minute, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const parts: string[] = []
  if (hour > 0) parts.push(unitFormat(locale, 'hour').format(hour))
  if (minute > 0) parts.push(unitFormat(locale, 'minute').format(minute))
  if (parts.length < 2 && hour === 0 && (rest > 0 || parts.length === 0)) {
    parts.push(unitFormat(locale, 'second').format(rest))
  }
  return parts.join(' ')
}

/** How long a piece of work took: `12 ms`, `0.3 sec`, `14 sec`, `1 min 5 sec`. Never reads as no time at all. */
export const formatTook = (durationMs: number, locale: string): string => {
  if (durationMs < 50) return unitFormat(locale, 'millisecond').format(Math.max(1, Math.round(durationMs)))
  if (durationMs >= 59_950) return formatSpan(durationMs / 1000, locale)
  return unitFormat(locale, 'second', durationMs < 9950 ? 1 : 0).format(durationMs / 1000)
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

export const formatBytes = (bytes: number, locale: string): string => {
  let value = bytes
  let step = 0
  while (value >= 1000 && step < byteUnits.length - 1) {
    value /= 1000
    step += 1
  }
  return unitFormat(locale, byteUnits[step] ?? 'byte', value < 10 && step > 0 ? 1 : 0).format(value)
}

export const formatDateTime = (iso: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))

export const formatDate = (iso: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(iso))

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
]

/** `5 minutes ago`; from a week on, the date. */
export const formatAgo = (iso: string, locale: string, nowMs: number = Date.now()): string => {
  const second = (nowMs - new Date(iso).getTime()) / 1000
  if (second > 7 * 86_400) return formatDate(iso, locale)
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const step = steps.findLast(([, size]) => second >= size)
  return step === undefined ? format.format(0, 'second') : format.format(-Math.floor(second / step[1]), step[0])
}

export const formatNumber = (value: number, locale: string, digits = 1): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)

export const formatPercent = (share: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share)

/** Microcents are millionths of a US cent. What costs something never reads as nothing. */
export const formatCost = (microcents: number, locale: string): string => {
  const digits = microcents >= 100_000_000 ? 2 : microcents >= 1_000_000 ? 4 : 6
  return new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumFractionDigits: digits }).format(
    microcents / 100_000_000,
  )
}

/** A language's own name in the page's language; the code where none is known. */
export const formatLanguage = (code: string, locale: string): string => {
  try {
    const name = new Intl.DisplayNames(locale, { type: 'language' }).of(code) ?? code
    return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)
  } catch {
    return code
  }
}
