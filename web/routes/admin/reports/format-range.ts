/** `16 – 22 Nov 2026`: the end is the first moment that no longer belongs to it. */
export const formatRange = (from: string, to: string, locale: string): string => {
  const format = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' })
  return format.formatRange(new Date(from), new Date(Date.parse(to) - 1))
}
