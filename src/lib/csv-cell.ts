/** A cell of a CSV file (RFC 4180). A text that a spreadsheet would run as a formula is led by an apostrophe; no value is empty. */
export const toCsvCell = (value: unknown): string => {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return ''
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
