/** Numbers of the administration as people write them. */

/** A share with as many digits as it needs: 0.4 %, 12 %. */
export const formatShare = (share: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(share)

export const formatDollars = (dollars: number, locale: string): string =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: dollars !== 0 && Math.abs(dollars) < 0.1 ? 5 : 2,
  }).format(dollars)

export const formatCompact = (value: number, locale: string): string =>
  new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value)

/** `in 3 hours`; from a week on, the date. */
export const formatUntil = (iso: string, locale: string, nowMs: number): string => {
  const minutes = (Date.parse(iso) - nowMs) / 60_000
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  if (minutes < 60) return format.format(Math.max(1, Math.round(minutes)), 'minute')
  if (minutes < 48 * 60) return format.format(Math.round(minutes / 60), 'hour')
  if (minutes < 7 * 24 * 60) return format.format(Math.round(minutes / 1440), 'day')
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))
}
