/** Cuts text into sentences without losing a character that is not blank space. */
import type { OfflineLanguage } from './language.ts'

/** After these a full stop ends no sentence. */
const ABBREVIATIONS: Readonly<Record<OfflineLanguage, ReadonlySet<string>>> = {
  en: new Set('mr mrs ms dr prof sr jr st vs etc e.g i.e no approx inc ltd co u.s u.k'.split(' ')),
  tr: new Set('dr prof doç av sn vb vs bkz örn no cad sok mah st ltd şti a.ş t.c yy'.split(' ')),
}

const BOUNDARY = /[.!?…]+["'”’)\]]*(?=\s)|\n\s*\n|\n/g

const endsInAbbreviation = (sentence: string, language: OfflineLanguage): boolean => {
  const last = /([\p{L}.]+)\.$/u.exec(sentence)?.[1]?.toLocaleLowerCase(language)
  if (last === undefined) return /(^|\s)\d{1,3}\.$/.test(sentence)
  return last.length === 1 || ABBREVIATIONS[language].has(last)
}

/** Sentences in order, trimmed; a line break ends one too, since transcripts often have a line for each utterance. */
export const splitSentences = (text: string, language: OfflineLanguage): string[] => {
  const sentences: string[] = []
  let start = 0
  for (const match of text.matchAll(BOUNDARY)) {
    const end = match.index + match[0].length
    const candidate = text.slice(start, end).trim()
    if (!match[0].includes('\n') && endsInAbbreviation(candidate, language)) continue
    if (candidate !== '') sentences.push(candidate.replace(/\s+/g, ' '))
    start = end
  }
  const rest = text.slice(start).trim()
  return rest === '' ? sentences : [...sentences, rest.replace(/\s+/g, ' ')]
}
