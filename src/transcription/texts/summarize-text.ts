/**
 * The summary: of the whole text when it fits, else of notes of its parts, and of notes of notes, as many levels as it
 * takes. Nothing is cut off.
 */
import { AppError } from '../../errors.ts'
import { summaryRequest, systemPrompt, type SummaryOrder, type SummaryStage } from '../prompts/summarize.ts'
import { askAll } from './ask-all.ts'
import { askDivided, type PartOutcome } from './ask-divided.ts'
import { combineFacts } from './combine-facts.ts'
import { factsOfOutcomes, firstError, missingParts, type MadeText } from './made-text.ts'
import { splitText } from './split-text.ts'
import { isTooLong, planOnce, type TextWork } from './text-work.ts'

/** Models lose the middle of very long texts; above this, notes of parts are better than one look at everything. */
const LARGEST_PART_TOKENS = 24_000
const LARGEST_OUTPUT_TOKENS = 4_096
/** Each level shrinks the text several times; a text that doesn't shrink would go on forever. */
const MOST_LEVELS = 6

const outputTokens = ({ room }: TextWork): number => Math.min(room.outputTokens, LARGEST_OUTPUT_TOKENS)

const partTokens = (work: TextWork, order: SummaryOrder): number => {
  const prompt = work.room.count(systemPrompt(order, 'merge-notes')) + 64
  return Math.max(128, Math.min(LARGEST_PART_TOKENS, work.room.inputTokens - prompt))
}

interface Level {
  readonly outcomes: readonly PartOutcome[]
  /** From the parts of the transcript only: what is lost there is lost to the summary. */
  readonly missing: readonly string[]
}

const askLevel = (work: TextWork, order: SummaryOrder, level: number, texts: readonly string[], stage: SummaryStage) =>
  askAll(
    work,
    texts.map((text, index) => ({ path: `${level}/${index}`, text })),
    (text) => summaryRequest(order, stage, text.trim(), outputTokens(work)),
  )

const notesOf = (outcomes: readonly PartOutcome[]): string =>
  outcomes.flatMap(({ answer }) => answer?.content ?? []).join('\n\n')

const finish = (answers: readonly PartOutcome[], last: PartOutcome, missing: readonly string[]): MadeText => {
  if (last.answer === undefined) throw last.error
  const weighed = answers.flatMap(({ answer }) =>
    answer ? [{ facts: answer.facts, weight: answer.content.length }] : [],
  )
  const facts = combineFacts([...weighed, { facts: last.answer.facts, weight: last.answer.content.length }])
  if (facts === null) throw new AppError('output-empty', 'The model gave no summary')
  return { content: last.answer.content, facts, missing: [...missing], error: firstError(answers), notes: [] }
}

/** The text in one question, or null when it has to be divided. */
const askWhole = async (
  work: TextWork,
  order: SummaryOrder,
  { path, text, stage }: { path: string; text: string; stage: SummaryStage },
): Promise<PartOutcome | null> => {
  const undivided = Infinity
  const toRequest = (whole: string) => summaryRequest(order, stage, whole.trim(), outputTokens(work))
  const [outcome] = await askDivided(work, { path, text }, toRequest, undivided)
  return outcome === undefined || (outcome.error !== undefined && isTooLong(outcome.error)) ? null : outcome
}

const isFirst = (level: number): boolean => level === 0

export const summarizeText = async (work: TextWork, order: SummaryOrder, source: string): Promise<MadeText> => {
  const levels: Level[] = []
  const { count } = work.room
  let limit = partTokens(work, order)
  let text = source
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    const answers = levels.flatMap(({ outcomes }) => outcomes)
    const missing = levels.flatMap((each) => each.missing)
    const texts = await planOnce(work, `${level}/plan`, text, () => splitText(text, limit, count))
    if (texts.length <= 1) {
      const stage = isFirst(level) ? 'whole' : 'merge'
      const whole = await askWhole(work, order, { path: `${level}/whole`, text: texts[0] ?? '', stage })
      if (whole !== null) return finish(answers, whole, missing)
      limit = Math.max(64, Math.floor(Math.min(limit, count(text)) / 2))
    }
    const parts = texts.length > 1 ? texts : splitText(text, limit, count)
    const outcomes = await askLevel(work, order, level, parts, isFirst(level) ? 'notes' : 'merge-notes')
    factsOfOutcomes(outcomes)
    levels.push({ outcomes, missing: missingParts(outcomes, 'is not in the summary') })
    text = notesOf(outcomes)
  }
  throw new AppError('context-too-long', 'The notes of the parts did not become short enough for a summary', {
    details: { model: order.model, levels: MOST_LEVELS },
  })
}
