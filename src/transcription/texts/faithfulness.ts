/** Signs that a model did something else than edit: answered, summarized, left out. Notes for the reader, no verdict. */
import type { PartOutcome } from './ask-divided.ts'

/** Below this a short exclamation may well become half or double as long. */
const SHORTEST_JUDGED = 200
const SHORTEST_RATIO = 0.6
const LONGEST_RATIO = 1.8

const lettersOf = (text: string): number => text.replace(/[\s\p{P}]+/gu, '').length
const numbersOf = (text: string): string[] => (text.match(/\d+/gu) ?? []).filter((number) => number.length > 1)

const lengthNote = (source: string, made: string): string | null => {
  if (lettersOf(source) < SHORTEST_JUDGED) return null
  const ratio = lettersOf(made) / lettersOf(source)
  if (ratio < SHORTEST_RATIO) return `is much shorter than what was said (${Math.round(ratio * 100)} %)`
  return ratio > LONGEST_RATIO ? `is much longer than what was said (${Math.round(ratio * 100)} %)` : null
}

/** Numbers may be spelled out, so a few may be missing; most of them missing is a sign. */
const numberNote = (source: string, made: string): string | null => {
  const numbers = numbersOf(source)
  const kept = new Set(numbersOf(made))
  const lost = numbers.filter((number) => !kept.has(number))
  return lost.length > 2 && lost.length > numbers.length / 2
    ? `lacks numbers that were said (${lost.slice(0, 5).join(', ')})`
    : null
}

export const faithfulnessNotes = (outcomes: readonly PartOutcome[]): { kind: string; message: string }[] =>
  outcomes.flatMap(({ part, answer }, index) => {
    if (answer === undefined) return []
    const signs = [lengthNote(part.text, answer.content), numberNote(part.text, answer.content)]
    return signs
      .filter((sign) => sign !== null)
      .map((sign) => ({ kind: 'check', message: `Part ${index + 1} of ${outcomes.length} ${sign}; compare it.` }))
  })
