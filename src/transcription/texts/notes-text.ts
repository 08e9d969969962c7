/**
 * Lecture notes: of parts of the timed transcript, put together in order. Key terms and questions are joined by rules; an
 * outline that is too long is joined by the model, level by level, as far as it takes.
 */
import { AppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { TextRoom } from '../dependencies.ts'
import { notesRequest, systemPrompt, type NotesOrder, type NotesStage } from '../prompts/lecture-notes.ts'
import type { Segment } from '../types.ts'
import { askAll } from './ask-all.ts'
import { toParts, type Asking, type PartOutcome } from './asking.ts'
import { FRAME_TOKENS } from './enhance-text.ts'
import { asTimed, cutLines, toLines } from './lines.ts'
import { factsOfOutcomes, firstError, missingParts, warningsOf, type MadeText } from './made-text.ts'
import { toNotesMarkdown } from './notes-markdown.ts'
import { checkNotes, readNotes, type Notes, type Question, type Term, type Topic } from './notes-parts.ts'
import { paidParts } from './paid-parts.ts'
import { planOnce, type TextWork } from './text-work.ts'

/** Some ten minutes of speech: a part gives a few topics, and its JSON stays small. */
const LARGEST_PART_TOKENS = 3_000
const LARGEST_OUTPUT_TOKENS = 4_096
/** The form of the answer is sent with the question. */
const SCHEMA_TOKENS = 300
/** More topics are no outline any more. */
const MOST_TOPICS = 30
const MOST_LEVELS = 8
/** Enough for hours; the rest is told. */
const MOST_TERMS = 80
const MOST_QUESTIONS = 50

const asking = (order: NotesOrder, stage: NotesStage): Asking => ({
  partTokens(room: TextRoom) {
    const around = room.count(systemPrompt(order, stage)) + FRAME_TOKENS + SCHEMA_TOKENS
    return Math.max(64, Math.min(LARGEST_PART_TOKENS, room.inputTokens - around))
  },
  toRequest: ({ text }, room) => notesRequest(order, stage, text, Math.min(room.outputTokens, LARGEST_OUTPUT_TOKENS)),
  check: ({ text }, content) => (stage === 'notes' ? checkNotes(text, content) : []),
  cut: cutLines,
})
export const notesAsking = (order: NotesOrder): Asking => asking(order, 'notes')

const notesOf = (outcomes: readonly PartOutcome[]): Notes[] =>
  outcomes.flatMap(({ part, answer }) => (answer ? [readNotes(answer.content, part.text)] : []))

const bare = (text: string): string =>
  text
    .toLocaleLowerCase('en')
    .replace(/[^\p{L}\p{M}\p{Nd}]+/gu, ' ')
    .trim()

/** Each once, the first with its time; a definition that came later is not lost. */
const joinTerms = (parts: readonly Notes[]): Term[] => {
  const terms = new Map<string, Term>()
  for (const term of parts.flatMap((part) => part.terms)) {
    const known = terms.get(bare(term.term))
    terms.set(
      bare(term.term),
      known === undefined ? term : { ...known, definition: known.definition || term.definition },
    )
  }
  return [...terms.values()]
}

const joinQuestions = (parts: readonly Notes[]): Question[] => {
  const questions = new Map<string, Question>()
  for (const question of parts.flatMap((part) => part.questions)) {
    if (!questions.has(bare(question.question))) questions.set(bare(question.question), question)
  }
  return [...questions.values()]
}

/** Those that say most first, then back in their order. */
const best = <Item>(items: readonly Item[], most: number, isFull: (item: Item) => boolean): Item[] => {
  const kept = new Set([...items.filter(isFull), ...items.filter((item) => !isFull(item))].slice(0, most))
  return items.filter((item) => kept.has(item))
}

/** A topic without a time of its own begins where the one before does. */
const asLines = (topics: readonly Topic[]): string => {
  let startSecond = 0
  return topics
    .map(({ second, heading, points }) => {
      startSecond = second ?? startSecond
      return asTimed({ startSecond, text: [heading, ...points.slice(0, 3)].join('; ') })
    })
    .join('\n')
}

interface Outline {
  readonly title: string
  readonly topics: readonly Topic[]
  readonly outcomes: readonly PartOutcome[]
}

/** One level: neighbouring topics joined. Null when nothing became shorter. */
const joinTopics = async (
  work: TextWork,
  order: NotesOrder,
  topics: readonly Topic[],
  level: number,
): Promise<Outline | null> => {
  const { room } = work
  const question = asking(order, 'sections')
  const source = asLines(topics)
  const cut = () => cutLines(source, question.partTokens(room), room.count)
  const texts = await planOnce(work, `outline-${level}/plan`, source, cut)
  const outcomes = await askAll(work, toParts(`outline-${level}`, texts), question)
  const found = notesOf(outcomes)
  const joined = found.flatMap(({ outline }) => outline)
  const isWhole = firstError(outcomes) === null && found.every(({ outline }) => outline.length > 0)
  if (!isWhole || joined.length >= topics.length) return null
  return { title: texts.length === 1 ? (found[0]?.title ?? '') : '', topics: joined, outcomes }
}

/** As many levels as it takes; an outline that can't be shortened stays long rather than lose something. */
const shortenOutline = async (
  work: TextWork,
  order: NotesOrder,
  first: Outline,
): Promise<Outline & { levels: number }> => {
  let outline = first
  let levels = 1
  while (outline.topics.length > MOST_TOPICS && levels < MOST_LEVELS) {
    const shorter = await joinTopics(work, order, outline.topics, levels)
    if (shorter === null) break
    levels += 1
    outline = { ...shorter, outcomes: [...outline.outcomes, ...shorter.outcomes] }
  }
  return { ...outline, levels }
}

const leftOut = (
  what: 'more-terms' | 'more-questions',
  all: number,
  kept: number,
): { kind: string; message: string }[] =>
  all === kept ? [] : [{ kind: 'shortened', message: sayReason(what, { count: all - kept }) }]

export const writeNotes = async (
  work: TextWork,
  order: NotesOrder,
  { segments, title }: { readonly segments: readonly Segment[]; readonly title: string },
): Promise<MadeText> => {
  const lines = toLines(segments)
  if (lines.length === 0) throw new AppError('no-text', 'There is nothing yet that this could be made of')
  const { room } = work
  const question = notesAsking(order)
  const source = lines.map(asTimed).join('\n')
  const texts = await planOnce(work, 'plan', source, () => cutLines(source, question.partTokens(room), room.count))
  const outcomes = await askAll(work, toParts('', texts), question)
  factsOfOutcomes(outcomes)
  const parts = notesOf(outcomes)
  const whole = {
    title: parts.length === 1 ? (parts[0]?.title ?? '') : '',
    topics: parts.flatMap((part) => part.outline),
  }
  const outline = await shortenOutline(work, order, { ...whole, outcomes })
  const [terms, questions] = [joinTerms(parts), joinQuestions(parts)]
  const notes: Notes = {
    // Of several parts nobody has seen the whole: the recording's own title says what it is.
    title: outline.title || title,
    outline: outline.topics,
    terms: best(terms, MOST_TERMS, ({ definition }) => definition !== ''),
    questions: best(questions, MOST_QUESTIONS, ({ answer }) => answer !== ''),
  }
  return {
    content: toNotesMarkdown(notes, order.language),
    facts: factsOfOutcomes(outline.outcomes),
    missing: missingParts(outcomes, 'missing-notes'),
    error: firstError(outcomes),
    notes: [
      ...leftOut('more-terms', terms.length, notes.terms.length),
      ...leftOut('more-questions', questions.length, notes.questions.length),
    ],
    warnings: warningsOf(outcomes),
    plan: { chunks: outcomes.length, levels: outline.levels },
    paid: paidParts(
      outcomes,
      outline.outcomes.filter((outcome) => !outcomes.includes(outcome)),
    ),
    timed: null,
  }
}
