/** A value of a change in one line; nothing is a dash. */
export const showValue = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '–'
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ') || '–'
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '–')
}
