/** Times as people and subtitle files write them. */

const pad = (value: number, width: number): string => String(value).padStart(width, '0')

/** `00:01:02,345` with the separator of the format: a comma in SRT, a point in WebVTT. */
export const toSubtitleTime = (second: number, separator: ',' | '.'): string => {
  const totalMs = Math.max(0, Math.round(second * 1000))
  const hours = Math.floor(totalMs / 3_600_000)
  const minutes = Math.floor(totalMs / 60_000) % 60
  const seconds = Math.floor(totalMs / 1000) % 60
  return `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}${separator}${pad(totalMs % 1000, 3)}`
}

/** `1:02:03` or `2:03`. */
export const toClockTime = (second: number): string => {
  const total = Math.max(0, Math.floor(second))
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor(total / 60) % 60
  return hours > 0 ? `${hours}:${pad(minutes, 2)}:${pad(total % 60, 2)}` : `${minutes}:${pad(total % 60, 2)}`
}
