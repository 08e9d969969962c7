/** Lecture notes as Markdown, times as links to the place in the recording. Pure. */
import { toClockTime } from '../exports/clock-time.ts'
import type { Notes } from './notes-parts.ts'

interface Headings {
  readonly outline: string
  readonly terms: string
  readonly questions: string
}

const english: Headings = { outline: 'Outline', terms: 'Key terms', questions: 'Questions' }
const headings: Readonly<Record<string, Headings>> = {
  en: english,
  tr: { outline: 'Konular', terms: 'Anahtar kavramlar', questions: 'Sorular' },
}

/** `[12:34](#t=754)`: the page makes the player go there. */
const link = (second: number | null): string =>
  second === null ? '' : ` [${toClockTime(second)}](#t=${Math.floor(second)})`

/** What would begin or end markup when a spoken text happens to hold it. */
const safe = (text: string): string => text.replace(/([*_`[\]])/gu, '\\$1')

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`## ${title}`, lines.join('\n')]

export const toNotesMarkdown = (notes: Notes, language: string | null): string => {
  const words = headings[language ?? 'en'] ?? english
  return [
    `# ${notes.title}`,
    ...(notes.outline.length === 0 ? [] : [`## ${words.outline}`]),
    ...notes.outline.flatMap(({ heading, points, second }) => [
      `### ${heading}${link(second)}`,
      ...(points.length === 0 ? [] : [points.map((point) => `- ${point}`).join('\n')]),
    ]),
    ...section(
      words.terms,
      notes.terms.map(
        ({ term, definition, second }) =>
          `- **${safe(term)}**${definition === '' ? '' : ` — ${definition}`}${link(second)}`,
      ),
    ),
    ...section(
      words.questions,
      notes.questions.map(
        ({ question, answer, second }) => `- **${safe(question)}**${answer === '' ? '' : ` ${answer}`}${link(second)}`,
      ),
    ),
  ].join('\n\n')
}
