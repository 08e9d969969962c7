/** Decodes a batch, and again at higher temperatures the rows whose text is repetitive or unlikely. */
import { deflateSync } from 'node:zlib'
import { decodeBatch, type DecodedRow, type DecodeJob } from './decode-batch.ts'
import { cutRepetitions } from './repetition.ts'
import type { WhisperTokenizer } from './tokenizer.ts'

/** Text that shrinks more than this is a loop. */
const HIGHEST_COMPRESSION = 2.4
const LOWEST_LOG_PROBABILITY = -1
export const NO_SPEECH_PROBABILITY = 0.6
const TEMPERATURES = [0, 0.2, 0.4, 0.6, 0.8, 1] as const

export interface AcceptedRow extends DecodedRow {
  readonly temperature: number
  /** The model itself says that nobody speaks. */
  readonly silent: boolean
  /** No temperature gave a text that passes the checks; this is the best of them. */
  readonly doubtful: boolean
}

export type FallbackJob = Omit<DecodeJob, 'temperature'> & { readonly tokenizer: WhisperTokenizer }

/** One result per row, in order. */
export const decodeWithFallback = async (job: FallbackJob): Promise<AcceptedRow[]> => {
  const accepted: (AcceptedRow | undefined)[] = job.rows.map(() => undefined)
  const best: (AcceptedRow | undefined)[] = job.rows.map(() => undefined)
  for (const temperature of TEMPERATURES) {
    const pending = job.rows.map((_, index) => index).filter((index) => accepted[index] === undefined)
    if (pending.length === 0) break
    const rows = await decodeBatch({ ...job, ...selectRows(job, pending), temperature })
    rows.forEach((row, position) => {
      const index = pending[position] as number
      const judged = judge(row, temperature, job.tokenizer)
      best[index] = better(best[index], judged)
      if (!judged.doubtful) accepted[index] = judged
    })
  }
  return job.rows.map((_, index) => (accepted[index] ?? best[index]) as AcceptedRow)
}

const selectRows = (job: FallbackJob, pending: readonly number[]): Pick<DecodeJob, 'rows' | 'hidden'> => ({
  rows: pending.map((index) => job.rows[index] as DecodeJob['rows'][number]),
  hidden: pending.map((index) => job.hidden[index] as Float32Array),
})

const judge = (row: DecodedRow, temperature: number, tokenizer: WhisperTokenizer): AcceptedRow => {
  const unlikely = row.averageLogProbability < LOWEST_LOG_PROBABILITY
  const silent = unlikely && row.noSpeechProbability > NO_SPEECH_PROBABILITY
  const looping = row.ending === 'endless-loop' || loops(row, tokenizer.decode(row.tokens))
  return { ...row, temperature, silent, doubtful: !silent && (unlikely || looping) }
}

/** A text that came to its end beats one that did not; then the likelier. */
const better = (one: AcceptedRow | undefined, other: AcceptedRow): AcceptedRow => {
  if (one === undefined) return other
  const ended = (row: AcceptedRow): number => (row.ending === 'end-of-text' ? 1 : 0)
  const difference = ended(other) - ended(one) || other.averageLogProbability - one.averageLogProbability
  return difference > 0 ? other : one
}

/**
 * Compression alone would reject honest speech that repeats itself (lists, announcements) at the price of five more
 * decodings; so the text must also repeat a phrase in a row, or not have come to its end.
 */
const loops = (row: DecodedRow, text: string): boolean =>
  compression(text) > HIGHEST_COMPRESSION &&
  (row.ending !== 'end-of-text' || cutRepetitions(text.split(/\s+/), (word) => word).removed > 0)

const compression = (text: string): number => {
  const bytes = Buffer.from(text, 'utf8')
  return bytes.length === 0 ? 0 : bytes.length / deflateSync(bytes).length
}
