/** Bytes a second over a sliding window: steady enough to read, quick enough to show a line that breaks. */
const windowMs = 4000

export const createSpeedometer = (nowMs: () => number) => {
  let notes: { atMs: number; bytes: number }[] = []
  return {
    /** Null until a quarter of a second has been seen. */
    note: (bytes: number): number | null => {
      const atMs = nowMs()
      notes = [...notes.filter((note) => atMs - note.atMs <= windowMs), { atMs, bytes }]
      const first = notes[0]
      if (first === undefined || atMs - first.atMs < 250) return null
      return Math.max(0, ((bytes - first.bytes) * 1000) / (atMs - first.atMs))
    },
  }
}
