/**
 * The summary: of the whole text when it fits, else of notes of its parts, and of notes of notes, as many levels as it
 * takes. Nothing is cut off.
 */
import { AppError } from '../../errors.ts'
import { estimateText } from '../../gateway/tokens/estimate.ts'
import type { TextRoom } from '../dependencies.ts'
import { summaryRequest, systemPrompt, type SummaryOrder, type SummaryStage } from '../prompts/summarize.ts'
import { askAll } from './ask-all.ts'
import { toParts, type Asking, type Part, type PartAnswer, type PartOutcome } from './asking.ts'
import { combineFacts } from './combine-facts.ts'
import { FRAME_TOKENS } from './enhance-text.ts'
import { learnLimit } from './learn-limit.ts'
import { factsOfOutcomes, firstError, missingParts, type MadeText } from './made-text.ts'
import { paidParts, type PaidParts } from './paid-parts.ts'
import { roomAfter } from './room-after.ts'
import { splitText, TAIL_TOKENS } from './split-text.ts'
import { askOnce, planOnce, throwIfOver, type TextWork } from './text-work.ts'

/** Notes of a very long part miss its middle. */
const LARGEST_PART_TOKENS = 24_000
const LARGEST_OUTPUT_TOKENS = 4_096
/** Each level shrinks the text to a third or so: enough for a million words on the smallest model. */
const MOST_LEVELS = 12
/** Notes of notes that don't become shorter would go on forever. */
const LEAST_SHRINKING = 0.95
/** Of the text that they are notes of, in tokens. */
const NOTES_SHARE = 1 / 3
const WORDS_PER_TOKEN = 0.6

const outputTokens = (room: TextRoom): number => Math.min(room.outputTokens, LARGEST_OUTPUT_TOKENS)

const roomForText = (room: TextRoom, order: SummaryOrder): number =>
  Math.max(128, room.inputTokens - room.count(systemPrompt(order, 'merge-notes')) - FRAME_TOKENS)

export const notesAsking = (order: SummaryOrder, stage: 'notes' | 'merge-notes'): Asking => ({
  partTokens: (room) => Math.max(128, Math.min(LARGEST_PART_TOKENS, roomForText(room, order) - TAIL_TOKENS)),
  toRequest({ text, before }, room) {
    // By the plain estimate, which never changes: with other words it would be another question.
    const mostWords = Math.max(30, Math.floor(estimateText(text) * NOTES_SHARE * WORDS_PER_TOKEN))
    const part = { text: text.trim(), mostWords, before: stage === 'notes' ? before : '' }
    return summaryRequest(order, stage, part, outputTokens(room))
  },
})

/** What one reading of everything may have. */
export const wholeTokens = roomForText

interface Level {
  readonly outcomes: readonly PartOutcome[]
  /** From the parts of the transcript only: what is lost there is lost to the summary. */
  readonly missing: readonly string[]
}

const notesOf = (outcomes: readonly PartOutcome[]): string =>
  outcomes.flatMap(({ answer }) => answer?.content ?? []).join('\n\n')

/** The transcript was read by the notes, or at once; everything after that reads notes. */
const paidOf = ([first, ...others]: readonly Level[], last: PartOutcome): PaidParts =>
  first === undefined
    ? paidParts([last])
    : paidParts(first.outcomes, [...others.flatMap(({ outcomes }) => outcomes), last])

const finish = (levels: readonly Level[], last: PartAnswer, part: Part): MadeText => {
  const answers = levels.flatMap(({ outcomes }) => outcomes)
  const weighed = answers.flatMap(({ answer }) =>
    answer ? [{ facts: answer.facts, weight: answer.content.length }] : [],
  )
  // Who wrote the summary itself is named for it, however much others noted.
  const own = weighed.reduce((sum, { weight }) => sum + weight, 1)
  const facts = combineFacts([...weighed, { facts: last.facts, weight: own }])
  if (facts === null) throw new AppError('output-empty', 'The model gave no summary')
  return {
    content: last.content,
    facts,
    missing: levels.flatMap(({ missing }) => missing),
    error: firstError(answers),
    notes: [],
    warnings: [],
    plan: { chunks: levels[0]?.outcomes.length ?? 1, levels: levels.length + 1 },
    paid: paidOf(levels, { part, answer: { ...last, signs: [] } }),
    timed: null,
  }
}

interface Whole {
  readonly part: Part
  readonly stage: SummaryStage
}

const toWhole = (level: number, text: string): Whole => ({
  part: { path: `${level}/whole`, text: text.trim(), before: '' },
  stage: level === 0 ? 'whole' : 'merge',
})

/** The text in one question; or the room that it has to be divided for. */
const askWhole = async (
  work: TextWork,
  order: SummaryOrder,
  { part, stage }: Whole,
): Promise<{ readonly answer: PartAnswer } | { readonly room: TextRoom }> => {
  const request = summaryRequest(order, stage, { text: part.text }, outputTokens(work.room))
  try {
    const answer = await askOnce(work, part.path, request)
    learnLimit(work, request, answer)
    return { answer }
  } catch (thrown) {
    throwIfOver(work, thrown)
    const room = await roomAfter(work, thrown, request)
    if (room === null) throw thrown
    // With the limit that was just learned the answer may be given less room, and the text fits after all.
    const isNews = room.contextLength !== work.room.contextLength
    return isNews && room.count(part.text) <= wholeTokens(room, order)
      ? askWhole({ ...work, room }, order, { part, stage })
      : { room }
  }
}

/** Notes that don't become shorter are given to a model that takes them as they are. */
const askLarger = async (work: TextWork, order: SummaryOrder, { part, stage }: Whole): Promise<PartAnswer> => {
  const request = summaryRequest(order, stage, { text: part.text }, outputTokens(work.room))
  return askOnce(work, part.path, request, { whenTooLong: 'larger-model' })
}

const askNotes = async (
  work: TextWork,
  order: SummaryOrder,
  { level, texts }: { level: number; texts: readonly string[] },
): Promise<Level> => {
  const asking = notesAsking(order, level === 0 ? 'notes' : 'merge-notes')
  const outcomes = await askAll(work, toParts(String(level), texts), asking)
  factsOfOutcomes(outcomes)
  return { outcomes, missing: missingParts(outcomes, 'missing-summary') }
}

/** The parts of a level; one part for what can be read at once. */
const cutLevel = (work: TextWork, order: SummaryOrder, level: number, text: string): Promise<string[]> => {
  const { room } = work
  return planOnce(work, `${level}/plan`, text, () =>
    room.count(text) <= wholeTokens(room, order)
      ? [text.trim()]
      : splitText(text, notesAsking(order, 'notes').partTokens(room), room.count),
  )
}

/** The parts of a text that was too long to be read at once after all. */
const cutSmaller = (work: TextWork, order: SummaryOrder, level: number, text: string): Promise<string[]> => {
  const { room } = work
  const limit = Math.min(notesAsking(order, 'notes').partTokens(room), Math.ceil(room.count(text) / 2))
  return planOnce(work, `${level}/plan/again`, text, () => splitText(text, Math.max(64, limit), room.count))
}

export const summarizeText = async (given: TextWork, order: SummaryOrder, source: string): Promise<MadeText> => {
  const levels: Level[] = []
  let work = given
  let text = source
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    let texts = await cutLevel(work, order, level, text)
    if (texts.length <= 1) {
      const whole = toWhole(level, text)
      const asked = await askWhole(work, order, whole)
      if ('answer' in asked) return finish(levels, asked.answer, whole.part)
      work = { ...work, room: asked.room }
      texts = await cutSmaller(work, order, level, text)
    }
    levels.push(await askNotes(work, order, { level, texts }))
    const notes = notesOf(levels.at(-1)?.outcomes ?? [])
    const isShorter = level === 0 || notes.length <= text.length * LEAST_SHRINKING
    text = notes
    if (!isShorter) break
  }
  const whole = toWhole(levels.length, text)
  return finish(levels, await askLarger(work, order, whole), whole.part)
}
