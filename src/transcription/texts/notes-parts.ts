/** Lecture notes of a part: read from a model's JSON, with every time checked against the lines it was given. Pure. */
import { sayReason } from '../../reasons.ts'
import type { Sign } from './asking.ts'
import { readClockTime, timesOfLines } from './lines.ts'
import { prefixesOf } from './text-signs.ts'

export interface Topic {
  /** Null where the model named no time that stands in its lines. */
  readonly second: number | null
  readonly heading: string
  readonly points: readonly string[]
}
export interface Term {
  readonly second: number | null
  readonly term: string
  readonly definition: string
}
export interface Question {
  readonly second: number | null
  readonly question: string
  readonly answer: string
}
export interface Notes {
  readonly title: string
  readonly outline: readonly Topic[]
  readonly terms: readonly Term[]
  readonly questions: readonly Question[]
}

type Line = ReturnType<typeof timesOfLines>[number]
type Loose = Readonly<Record<string, unknown>>

const textOf = (value: unknown): string => (typeof value === 'string' ? value.replace(/\s+/gu, ' ').trim() : '')
const listOf = (value: unknown): readonly Loose[] =>
  Array.isArray(value) ? value.filter((one): one is Loose => typeof one === 'object' && one !== null) : []
const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(textOf).filter((text) => text !== '') : []

/** A second more or less is a rounding, not a mistake. */
const ROUNDING_SECOND = 1

/** The line that a cited time means: the one that begins then, else the one that is being spoken then; null outside. */
const lineAt = (cited: unknown, lines: readonly Line[]): Line | null => {
  const second = readClockTime(textOf(cited))
  if (second === null) return null
  const exact = lines.find((line) => Math.abs(line.second - second) <= ROUNDING_SECOND)
  if (exact !== undefined) return exact
  const last = lines.at(-1)
  return last !== undefined && second <= last.second ? (lines.findLast((line) => line.second <= second) ?? null) : null
}

const wordsOf = (text: string): string[] => text.toLocaleLowerCase('en').match(/[\p{L}\p{M}\p{Nd}]+/gu) ?? []

/** Whether a line says a term, whatever its endings. */
const says = (line: string, term: string): boolean => {
  const said = prefixesOf(wordsOf(line))
  const words = wordsOf(term)
  return words.length > 0 && words.every((word) => said.has(word.slice(0, 5)))
}

/** A term stands where it is said: at the cited line if it is said there, else where it is said first. */
const termAt = (term: string, cited: unknown, lines: readonly Line[]): number | null => {
  const line = lineAt(cited, lines)
  if (line !== null && says(line.text, term)) return line.second
  return (lines.find(({ text }) => says(text, term)) ?? line)?.second ?? null
}

const parse = (content: string): Loose => {
  try {
    const value: unknown = JSON.parse(content)
    return typeof value === 'object' && value !== null ? (value as Loose) : {}
  } catch {
    return {}
  }
}

const topicsOf = (value: unknown, lines: readonly Line[]): Topic[] =>
  listOf(value)
    .map((one) => ({
      second: lineAt(one['time'], lines)?.second ?? null,
      heading: textOf(one['heading']),
      points: textsOf(one['points']),
    }))
    .filter(({ heading, points }) => heading !== '' || points.length > 0)

/** @param source the timed lines that the model read */
export const readNotes = (content: string, source: string): Notes => {
  const value = parse(content)
  const lines = timesOfLines(source)
  return {
    title: textOf(value['title']),
    outline: topicsOf(value['outline'], lines),
    terms: listOf(value['terms'])
      .map((one) => ({
        term: textOf(one['term']),
        definition: textOf(one['definition']),
        second: termAt(textOf(one['term']), one['time'], lines),
      }))
      .filter(({ term }) => term !== ''),
    questions: listOf(value['questions'])
      .map((one) => ({
        question: textOf(one['question']),
        answer: textOf(one['answer']),
        second: lineAt(one['time'], lines)?.second ?? null,
      }))
      .filter(({ question }) => question !== ''),
  }
}

/** One or two slips happen; a third of them is a model that makes its times up. */
const MOST_WRONG = 1 / 3

export const checkNotes = (source: string, content: string): Sign[] => {
  const { outline, terms, questions } = readNotes(content, source)
  const cited = [...outline, ...terms, ...questions]
  const wrong = cited.filter(({ second }) => second === null).length
  const lines = timesOfLines(source)
  const unsaid = terms.filter(({ term }) => !lines.some(({ text }) => says(text, term)))
  return [
    ...(wrong > 0 && wrong > cited.length * MOST_WRONG
      ? [{ code: 'times' as const, message: sayReason('sign-times', { missing: wrong, lines: cited.length }) }]
      : []),
    ...(unsaid.length > 1 && unsaid.length > terms.length / 2
      ? [
          {
            code: 'invented' as const,
            message: sayReason('sign-terms', {
              list: unsaid
                .slice(0, 5)
                .map(({ term }) => term)
                .join(', '),
            }),
          },
        ]
      : []),
    ...(outline.length === 0 ? [{ code: 'lines' as const, message: sayReason('sign-outline') }] : []),
  ]
}
