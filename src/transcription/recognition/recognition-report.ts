/** What is to be said about a finished recognition: language, warnings, who did it and what it cost. Pure. */
import { combineFacts, type AnswerFactsOfPart, type CombinedFacts } from '../texts/combine-facts.ts'
import type { PieceResult, StoredPiece } from '../store/pieces.store.ts'
import type { Warning } from '../types.ts'

/** Under this the language is a guess: another one may be nearly as likely. */
const SURE = 0.6
/** Under this it is doubted too when much of the text made no sense in it: a wrong language can be heard with 0.87. */
const SURE_ENOUGH = 0.95
/** Share of the recognized time that was hard to understand, above which the language is doubted. */
const MUCH = 1 / 3

const results = (pieces: readonly StoredPiece[]): PieceResult[] =>
  pieces.map(({ result }) => result).filter((result) => result !== null)

/** The language that most of the recording is in, with the probability where an engine gave one. */
export const spokenLanguage = (
  pieces: readonly StoredPiece[],
): { language: string; probability: number | null } | null => {
  const seconds = new Map<string, number>()
  for (const { startSecond, endSecond, result } of pieces) {
    if (result?.language == null || result.segments.length === 0) continue
    seconds.set(result.language, (seconds.get(result.language) ?? 0) + endSecond - startSecond)
  }
  const [most] = [...seconds].sort(([, a], [, b]) => b - a)
  if (most === undefined) return null
  const first = results(pieces).find(({ language }) => language === most[0])
  return { language: most[0], probability: first?.languageProbability ?? null }
}

const messages: Readonly<Record<string, string>> = {
  'repetition-removed': 'A phrase that was repeated without end has been shortened.',
  'low-confidence': 'Some parts were hard to understand; the text there may be wrong.',
  'output-limit': 'A part held more words than the engine writes at once; some may be missing.',
  'approximate-times': 'The provider gave no times; those shown are estimates.',
  'no-text': 'The provider found no words in some parts.',
}

interface Place {
  readonly startSecond: number
  readonly endSecond: number
}

/** A long recording can have hundreds; the page shows where the first ones are. */
const MOST_PLACES = 50

const noteWarnings = (pieces: readonly StoredPiece[]): Warning[] => {
  const places = new Map<string, Place[]>()
  for (const note of results(pieces).flatMap(({ notes }) => notes)) {
    const place = { startSecond: note.startSecond, endSecond: note.endSecond }
    if (note.kind in messages) places.set(note.kind, [...(places.get(note.kind) ?? []), place])
  }
  return [...places].map(([code, at]) => ({
    code,
    message: messages[code] ?? code,
    details: { count: at.length, places: at.slice(0, MOST_PLACES) },
  }))
}

const noSpeech: Warning = {
  code: 'no-speech',
  message: 'No speech was found in the recording.',
  details: {},
}

/** Codes of all warnings that recognition gives, so that a new one replaces those of the last. */
export const recognitionWarnings = ['no-speech', 'language-unsure', 'speech-not-covered', ...Object.keys(messages)]

const notCoveredWarning = (gaps: readonly Place[]): Warning => ({
  code: 'speech-not-covered',
  message: 'In some places there seems to be speech that is not in the text.',
  details: { count: gaps.length, places: gaps.slice(0, MOST_PLACES) },
})

const lengthOf = ({ startSecond, endSecond }: Place): number => endSecond - startSecond

/** How much of the recognized time was hard to understand, from 0 to 1. */
const doubtfulShare = (pieces: readonly StoredPiece[]): number => {
  const done = pieces.filter(({ result }) => result !== null && result.segments.length > 0)
  const doubted = done.filter(({ result }) => result?.notes.some(({ kind }) => kind === 'low-confidence'))
  const total = done.reduce((sum, piece) => sum + lengthOf(piece), 0)
  return total === 0 ? 0 : doubted.reduce((sum, piece) => sum + lengthOf(piece), 0) / total
}

const isUnsure = (probability: number | null, pieces: readonly StoredPiece[]): boolean =>
  probability !== null && (probability < SURE || (probability < SURE_ENOUGH && doubtfulShare(pieces) > MUCH))

export const toWarnings = (
  pieces: readonly StoredPiece[],
  heard: { readonly language: string; readonly probability: number | null } | null,
  coverage: { readonly gaps: readonly Place[]; readonly noSpeechFound: boolean },
): Warning[] => {
  const notCovered = coverage.gaps.length > 0 ? [notCoveredWarning(coverage.gaps)] : []
  if (coverage.noSpeechFound) return [noSpeech, ...notCovered]
  const warnings = noteWarnings(pieces)
  if (heard !== null && isUnsure(heard.probability, pieces)) {
    warnings.unshift({
      code: 'language-unsure',
      message: 'The language could not be told with certainty. If it is wrong, choose it and recognize again.',
      details: { ...heard },
    })
  }
  return [...warnings, ...notCovered]
}

/** Who recognized it, over all pieces; null for the local engine, which has neither attempts nor a price. */
export const recognitionFacts = (pieces: readonly StoredPiece[]): CombinedFacts | null => {
  const facts = results(pieces)
    .map((result) => ({ facts: result.facts as AnswerFactsOfPart | undefined, result }))
    .filter((part) => part.facts !== undefined)
  return facts.length === 0
    ? null
    : combineFacts(
        facts.map(({ facts: each, result }) => ({
          facts: each as AnswerFactsOfPart,
          weight: result.segments.reduce((sum, { text }) => sum + text.length, 1),
        })),
      )
}
