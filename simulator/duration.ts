// Durations as OpenAI and Groq write them: 120ms, 3.386s, 41m59.542s.
export const toGoDuration = (milliseconds: number): string => {
  const rounded = Math.max(0, Math.ceil(milliseconds))
  if (rounded < 1000) return `${rounded}ms`
  const hours = Math.floor(rounded / 3_600_000)
  const minutes = Math.floor((rounded % 3_600_000) / 60_000)
  const seconds = (rounded % 60_000) / 1000
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`
}
