/** Decodes one batch of encoded windows at one temperature, to the end of every row. Knows tokens, not texts. */
import { throwIfCancelled } from '../cancelled.ts'
import { freeNow } from '../inference.ts'
import type { Decoder, DecoderAnswer, DecoderBatch } from './decoder/decoder-batch.ts'
import type { WhisperSettings } from './model-settings.ts'
import { endlessLoop } from './repetition.ts'
import { chooseToken, logSum, seededRandom } from './token-rules.ts'

/** Half of the model's context, as in OpenAI's decoder; 30 s of the fastest speech need less. */
const LONGEST_TEXT = 224
/** Room for attention grows by so many tokens: a window has 80 at usual. */
const GROWTH_TOKENS = 96

export interface DecodeRow {
  readonly languageToken: number | undefined
  /** Makes sampling repeatable. */
  readonly seed: number
  /** Encoder frames that hold sound; attention beyond is not kept. */
  readonly soundFrames: number
}

export interface DecodeJob {
  readonly decoder: Decoder
  readonly settings: WhisperSettings
  /** Each row's encoder output: frames × width. */
  readonly hidden: readonly Float32Array[]
  readonly frames: number
  readonly rows: readonly DecodeRow[]
  readonly temperature: number
  readonly timestamps: boolean
  /** Keeps cross attention for words' times. */
  readonly attention: boolean
  readonly signal: AbortSignal
}

export interface DecodedRow {
  /** Without prompt and end of text. */
  readonly tokens: readonly number[]
  readonly logProbabilities: readonly number[]
  /** Mean over tokens, the end of text included. */
  readonly averageLogProbability: number
  readonly noSpeechProbability: number
  /** Per token and for the end of text: alignment heads × soundFrames. Empty unless asked for. */
  readonly attention: Float32Array
  readonly ending: 'end-of-text' | 'endless-loop' | 'output-limit'
}

interface RowState {
  readonly row: DecodeRow
  readonly random: () => number
  readonly tokens: number[]
  readonly logProbabilities: number[]
  /** Longer than what is kept so far. */
  attention: Float32Array
  noSpeechProbability: number
  ending: DecodedRow['ending'] | undefined
}

/** One result per row, in order. */
export const decodeBatch = async (job: DecodeJob): Promise<DecodedRow[]> => {
  const { settings } = job
  const states = job.rows.map(newState)
  const batch = job.decoder.open({
    hidden: job.hidden,
    frames: job.frames,
    attentionLayers: job.attention ? [...new Set(settings.alignmentHeads.map(([layer]) => layer))] : [],
  })
  const first = await batch.start(job.rows.map((row) => promptOf(row, settings, job.timestamps)))
  states.forEach((state, index) => {
    state.noSpeechProbability = noSpeechOf(first.firstLogits, index, settings)
  })
  let answer: DecoderAnswer = first
  let speaking = [...states]
  for (;;) {
    throwIfCancelled(job.signal)
    const tokens = speaking.map((state, index) => advance(state, index, answer, job))
    speaking = withoutEnded(speaking, tokens, batch)
    if (speaking.length === 0) return states.map((state) => toDecodedRow(state, settings))
    answer = await batch.step(tokens)
  }
}

/** Takes rows that ended out of the batch, and out of `tokens`, the way the batch does: the last one fills the gap. */
const withoutEnded = (speaking: readonly RowState[], tokens: number[], batch: DecoderBatch): RowState[] => {
  const left = [...speaking]
  for (let index = left.length - 1; index >= 0; index -= 1) {
    if (left[index]?.ending === undefined) continue
    batch.leave(index)
    const [state, token] = [left.pop() as RowState, tokens.pop() as number]
    if (index < left.length) [left[index], tokens[index]] = [state, token]
  }
  return left
}

const newState = (row: DecodeRow): RowState => ({
  row,
  random: seededRandom(row.seed),
  tokens: [],
  logProbabilities: [],
  attention: new Float32Array(0),
  noSpeechProbability: 0,
  ending: undefined,
})

/** A model that knows English only takes neither language nor task. */
export const promptOf = (row: DecodeRow, settings: WhisperSettings, timestamps: boolean): number[] => [
  settings.startOfTranscript,
  ...(row.languageToken === undefined ? [] : [row.languageToken, settings.transcribe]),
  ...(timestamps ? [] : [settings.noTimestamps]),
]

const noSpeechOf = (logits: Float32Array, index: number, settings: WhisperSettings): number => {
  if (settings.noSpeech === undefined) return 0
  const row = rowOf(logits, index, settings)
  return Math.exp((row[settings.noSpeech] ?? Number.NEGATIVE_INFINITY) - logSum(row, 0, row.length))
}

const rowOf = (logits: Float32Array, index: number, settings: WhisperSettings): Float32Array =>
  logits.subarray(index * settings.vocabulary, (index + 1) * settings.vocabulary)

/** Takes the row's next token and returns it. */
const advance = (state: RowState, index: number, answer: DecoderAnswer, job: DecodeJob): number => {
  const { settings } = job
  const choice = chooseToken(rowOf(answer.logits, index, settings), state.tokens, { ...job }, state.random)
  state.logProbabilities.push(choice.logProbability)
  if (job.attention) keepHeads(state, answer, index, settings)
  if (choice.token === settings.endOfText) {
    state.ending = 'end-of-text'
    return settings.endOfText
  }
  state.tokens.push(choice.token)
  if (state.tokens.length >= LONGEST_TEXT) state.ending = 'output-limit'
  else if (endlessLoop(state.tokens)) state.ending = 'endless-loop'
  return choice.token
}

/** Of the token that was chosen last. */
const keepHeads = (state: RowState, answer: DecoderAnswer, index: number, settings: WhisperSettings): void => {
  const { soundFrames } = state.row
  const size = settings.alignmentHeads.length * soundFrames
  const token = state.logProbabilities.length - 1
  if (state.attention.length < (token + 1) * size)
    state.attention = grown(state.attention, (token + GROWTH_TOKENS) * size)
  settings.alignmentHeads.forEach(([layer, head], position) => {
    const all = answer.attention.get(layer)
    if (all === undefined) return
    const frames = all.length / (settings.heads * (answer.logits.length / settings.vocabulary))
    const from = (index * settings.heads + head) * frames
    state.attention.set(all.subarray(from, from + soundFrames), token * size + position * soundFrames)
  })
}

const grown = (values: Float32Array, length: number): Float32Array => {
  const larger = new Float32Array(length)
  larger.set(values)
  freeNow(values)
  return larger
}

const toDecodedRow = (state: RowState, settings: WhisperSettings): DecodedRow => ({
  tokens: state.tokens,
  logProbabilities: state.logProbabilities,
  averageLogProbability:
    state.logProbabilities.reduce((sum, value) => sum + value, 0) / Math.max(1, state.logProbabilities.length),
  noSpeechProbability: state.noSpeechProbability,
  attention: state.attention.subarray(
    0,
    Math.min(
      state.attention.length,
      state.logProbabilities.length * settings.alignmentHeads.length * state.row.soundFrames,
    ),
  ),
  ending: state.ending ?? 'output-limit',
})
