// What recordings say: a text set by the test, else words that follow from the length of the audio alone.
import { writeProse } from '../answer/text.ts'

export type SpokenWord = { word: string; start: number; end: number }
export type SpokenSegment = { id: number; start: number; end: number; text: string }
export type Transcript = { text: string; words: SpokenWord[]; segments: SpokenSegment[] }

export type Script = {
  /** A text for all recordings from now on; undefined returns to made-up text. */
  set(text: string | undefined): void
  transcribe(durationSeconds: number): Transcript
}

const WORDS_PER_SECOND = 2.5
const round = (seconds: number) => Math.round(seconds * 100) / 100

export const createScript = (): Script => {
  let fixed: string | undefined
  return {
    set(text) {
      fixed = text
    },
    transcribe(durationSeconds) {
      const count = Math.max(1, Math.round(durationSeconds * WORDS_PER_SECOND))
      const text = fixed ?? writeProse(`audio ${round(durationSeconds)}`, count)
      const spoken = text.split(/\s+/).filter((word) => word !== '')
      const step = durationSeconds / Math.max(1, spoken.length)
      const words = spoken.map((word, index) => ({ word, start: round(index * step), end: round((index + 1) * step) }))
      const segments: SpokenSegment[] = []
      let open: SpokenWord[] = []
      for (const word of words) {
        open.push(word)
        if (!/[.!?]$/.test(word.word) && open.length < 20 && word !== words.at(-1)) continue
        segments.push({
          id: segments.length,
          start: open[0]?.start ?? 0,
          end: word.end,
          text: ` ${open.map((entry) => entry.word).join(' ')}`,
        })
        open = []
      }
      return { text: spoken.join(' '), words, segments }
    },
  }
}
