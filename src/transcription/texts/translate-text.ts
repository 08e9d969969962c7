/** A translation: line by line, so that it has paragraphs to read and subtitles with the times of what was said. */
import { AppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { TextRoom } from '../dependencies.ts'
import { toClockTime } from '../exports/clock-time.ts'
import { readNumberedLines, systemPrompt, translateRequest, type TranslateOrder } from '../prompts/translate.ts'
import { toRawText } from '../raw-text.ts'
import type { Segment } from '../types.ts'
import { askAll } from './ask-all.ts'
import { toParts, type Asking, type Part, type PartOutcome, type Sign } from './asking.ts'
import { FRAME_TOKENS } from './enhance-text.ts'
import { lengthSign, nameSign, numberSign, talkSign, untranslatedSign } from './faithfulness.ts'
import { asNumbered, cutLines, numbersOfLines, toLines, withoutMarks, type TimedLine } from './lines.ts'
import { factsOfOutcomes, firstError, missingParts, warningsOf, type MadeText, type TimedPiece } from './made-text.ts'
import { paidParts } from './paid-parts.ts'
import { mendSeams, seamNotes } from './seams.ts'
import { TAIL_TOKENS } from './split-text.ts'
import { lineSigns, repeats, withoutRepeat } from './translated-lines.ts'
import { askOnce, planOnce, throwIfOver, type TextWork } from './text-work.ts'

/** More lines at once, and models begin to join and to skip some. */
const LARGEST_PART_TOKENS = 1_500
/** Another language and script can take twice the tokens. */
const OUTPUT_PER_INPUT = 2
const LEAST_OUTPUT_TOKENS = 512

const LENGTHS: readonly [number, number] = [0.4, 2.6]
/** Countries, days and months are translated, so most names of a text may well be gone. */
const LOST_NAMES = 0.6

type Lines = ReadonlyMap<number, string>

const LATIN = /\p{Script=Latin}/gu
const isLatin = (text: string): boolean => (text.match(LATIN)?.length ?? 0) > text.length / 2

const baseOf = (language: string): string => language.split('-')[0] ?? language

const joined = (lines: ReadonlyMap<number, string>): string => [...lines.values()].join(' ')

const missingSign = (said: ReadonlyMap<number, string>, made: ReadonlyMap<number, string>): Sign[] => {
  const missing = [...said.keys()].filter((number) => (made.get(number) ?? '') === '')
  return missing.length === 0
    ? []
    : [{ code: 'lines', message: sayReason('sign-lines', { missing: missing.length, lines: said.size }) }]
}

/** That a part as a whole is not translated says it of its lines too. */
const atMostOne = (whole: readonly Sign[], lines: readonly Sign[]): readonly Sign[] =>
  whole.length === 0 ? lines : [...whole, ...lines.filter(({ code }) => code !== 'untranslated')]

export const checkTranslated = (source: string, answer: string, language: string | null): Sign[] => {
  const said = numbersOfLines(source)
  const made = readNumberedLines(answer)
  const [before, after] = [joined(said), joined(made)]
  const hasNames = language !== 'de' && isLatin(before) && isLatin(after)
  return [
    ...missingSign(said, made),
    ...lengthSign(before, after, LENGTHS),
    ...numberSign(before, after),
    ...(hasNames ? nameSign(before, after, LOST_NAMES) : []),
    ...talkSign(before, made.size === 0 ? answer : after),
    ...atMostOne(untranslatedSign(before, after), lineSigns(said, made)),
  ]
}

const outputTokens = (room: TextRoom, text: string): number =>
  Math.min(room.outputTokens, Math.max(LEAST_OUTPUT_TOKENS, Math.ceil(room.count(text) * OUTPUT_PER_INPUT * 2)))

export const translateAsking = (order: TranslateOrder): Asking => ({
  partTokens(room) {
    const around = room.count(systemPrompt(order)) + FRAME_TOKENS + TAIL_TOKENS
    const fits = Math.min(LARGEST_PART_TOKENS, room.inputTokens - around, room.outputTokens / OUTPUT_PER_INPUT)
    return Math.max(64, Math.floor(fits))
  },
  toRequest: ({ text, before }, room) =>
    translateRequest(order, { text, before: withoutMarks(before) }, outputTokens(room, text)),
  check: ({ text }, content) => checkTranslated(text, content, order.language),
  cut: cutLines,
})

/** Lines that were left out are asked for once more, alone. */
const askRest = async (
  work: TextWork,
  part: Part,
  asking: Asking,
  numbers: readonly number[],
): Promise<Map<number, string>> => {
  const said = numbersOfLines(part.text)
  const text = numbers.map((number) => asNumbered({ number, text: said.get(number) ?? '' })).join('\n')
  const rest = { ...part, path: `${part.path}~rest`, text }
  try {
    return readNumberedLines((await askOnce(work, rest.path, asking.toRequest(rest, work.room))).content)
  } catch (thrown) {
    throwIfOver(work, thrown)
    return new Map()
  }
}

/** A line as it was said, and what was made of it. */
interface Ending {
  readonly source: string
  readonly made: string
}

interface ReadPart {
  readonly made: Map<number, string>
  /** Sentences of the part before that its first line repeated. */
  readonly doubled: number
}

/** The first line of a part without what the last one of the part before says already; empty when that is all it says. */
const mendFirst = (said: Lines, made: Map<number, string>, before: Ending | null): number => {
  const [first] = said
  if (first === undefined || before === null) return 0
  const [number, source] = first
  const own = { source, made: made.get(number) ?? '' }
  if (repeats(before.made, own.made) && !repeats(before.source, source)) {
    made.set(number, withoutRepeat(before.made, own.made))
    return 1
  }
  const { texts, doubled } = mendSeams([before, own])
  if (doubled > 0) made.set(number, texts[1]?.trim() ?? '')
  return doubled
}

const readOutcome = async (
  work: TextWork,
  asking: Asking,
  { part, answer }: PartOutcome,
  before: Ending | null,
): Promise<ReadPart> => {
  if (answer === undefined) return { made: new Map(), doubled: 0 }
  const said = numbersOfLines(part.text)
  // A number of another part is that part's affair.
  const made = new Map([...readNumberedLines(answer.content)].filter(([number]) => said.has(number)))
  const doubled = mendFirst(said, made, before)
  const left = [...said.keys()].filter((number) => (made.get(number) ?? '') === '')
  if (left.length === 0) return { made, doubled }
  const rest = await askRest(work, part, asking, left)
  for (const number of left) made.set(number, rest.get(number) ?? '')
  return { made, doubled }
}

const endingOf = ({ part }: PartOutcome, made: Lines): Ending | null => {
  const last = [...numbersOfLines(part.text)].at(-1)
  return last === undefined ? null : { source: last[1], made: made.get(last[0]) ?? '' }
}

/** What could not be translated stands there as it was said, and is told. */
const toPieces = (lines: readonly TimedLine[], made: ReadonlyMap<number, string>): TimedPiece[] =>
  lines.map(({ number, text, startSecond, endSecond, speaker }) => ({
    startSecond,
    endSecond,
    speaker,
    text: made.get(number) || text,
  }))

const untranslated = (
  lines: readonly TimedLine[],
  made: ReadonlyMap<number, string>,
  outcomes: readonly PartOutcome[],
): string[] => {
  const failed = new Set(outcomes.flatMap(({ part, error }) => (error ? [...numbersOfLines(part.text).keys()] : [])))
  const left = lines.filter(({ number }) => !failed.has(number) && (made.get(number) ?? '') === '')
  const [first] = left
  if (first === undefined) return []
  const beginning = `${first.text.slice(0, 40).toWellFormed()}…`
  return [sayReason('missing-lines', { count: left.length, time: toClockTime(first.startSecond), beginning })]
}

export const translateText = async (
  work: TextWork,
  order: TranslateOrder,
  segments: readonly Segment[],
): Promise<MadeText> => {
  const lines = toLines(segments)
  if (lines.length === 0) throw new AppError('no-text', 'There is nothing yet that this could be made of')
  const asking = translateAsking(order)
  const { room } = work
  const source = lines.map(asNumbered).join('\n')
  const texts = await planOnce(work, 'plan', source, () => cutLines(source, asking.partTokens(room), room.count))
  const outcomes = await askAll(work, toParts('', texts), asking)
  const facts = factsOfOutcomes(outcomes)
  const made = new Map<number, string>()
  let before: Ending | null = null
  let doubled = 0
  for (const outcome of outcomes) {
    const read = await readOutcome(work, asking, outcome, before)
    for (const [number, text] of read.made) made.set(number, text)
    doubled += read.doubled
    before = endingOf(outcome, read.made)
  }
  const timed = toPieces(lines, made)
  return {
    content: toRawText(timed, baseOf(order.targetLanguage)),
    facts,
    missing: [...missingParts(outcomes, 'missing-translation'), ...untranslated(lines, made, outcomes)],
    error: firstError(outcomes),
    notes: seamNotes(doubled),
    warnings: warningsOf(outcomes),
    plan: { chunks: outcomes.length, levels: 1 },
    paid: paidParts(outcomes),
    timed,
  }
}
