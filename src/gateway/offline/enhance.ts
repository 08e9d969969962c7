/**
 * Better readable text by rules alone: spacing, casing, sentence ends, questions, paragraphs. Words are never added or
 * replaced; what goes are hesitation sounds and stuttered small words.
 */
import { detectLanguage } from './language.ts'
import type { OfflineLanguage } from './language.ts'
import { splitSentences } from './sentences.ts'

const HESITATION = /(^|[\s,])(?:u+h+m*|u+m+|e+r+m+|h+m{2,}|ı{2,}h*|e{3,}|a{3,}h*|ö{3,})(?=[\s,.!?…]|$)[,…]?/giu
/** Only small words of English: Turkish doubles words on purpose ("yavaş yavaş"). */
const STUTTER = /\b(the|a|an|and|to|of|in|is|it|i|we|you|that|so|but)(?:\s+\1\b)+/gi

/** Where a long run without any punctuation may be cut, before the word. */
const CUT_BEFORE: Readonly<Record<OfflineLanguage, ReadonlySet<string>>> = {
  en: new Set([
    'but',
    'so',
    'then',
    'however',
    'because',
    'now',
    'okay',
    'also',
    'anyway',
    'next',
    'finally',
    'first',
    'second',
  ]),
  tr: new Set([
    'ama',
    'fakat',
    'sonra',
    'çünkü',
    'şimdi',
    'yani',
    'ancak',
    'ayrıca',
    'tamam',
    'peki',
    'ilk',
    'ikinci',
    'son',
  ]),
}
const RUN_MIN_WORDS = 10
const RUN_MAX_WORDS = 28

const PARAGRAPH_START: Readonly<Record<OfflineLanguage, RegExp>> = {
  en: /^(?:now|next|okay|finally|first|second|third|in conclusion|to sum up|moving on|another|let's)\b/i,
  tr: /^(?:şimdi|peki|tamam|sonuç olarak|ilk olarak|ikinci olarak|son olarak|özetle|gelelim|bir diğer|öncelikle)(?=\s|,)/i,
}
const PARAGRAPH_MAX_SENTENCES = 5

export const enhanceText = (text: string, asked?: string): string => {
  const language = asked === 'tr' || asked === 'en' ? asked : detectLanguage(text)
  const sentences = splitSentences(cleanSpacing(text, language), language)
    .flatMap((sentence) => cutRun(sentence, language))
    .map((sentence) => finishSentence(sentence, language))
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
  return toParagraphs(sentences, language)
}

const cleanSpacing = (text: string, language: OfflineLanguage): string => {
  const calm = text.normalize('NFC').replace(HESITATION, '$1')
  const steady = language === 'en' ? calm.replace(STUTTER, '$1') : calm
  return steady
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ +([,.;:!?…])/g, '$1')
    .replace(/([,;])(?=\p{L})/gu, '$1 ')
    .replace(/([.!?])(?=\p{Lu}\p{Ll})/gu, '$1 ')
    .replace(/,{2,}/g, ',')
    .replace(/(^|\n)[ ,]+/g, '$1')
    .trim()
}

/** A run of words that nobody punctuated, cut before words that begin a thought. */
const cutRun = (sentence: string, language: OfflineLanguage): string[] => {
  const words = sentence.split(' ')
  if (words.length <= RUN_MAX_WORDS || /[,;:.!?…](?=\s)/.test(sentence)) return [sentence]
  const runs: string[][] = [[]]
  for (const word of words) {
    const run = runs.at(-1) ?? []
    if (run.length >= RUN_MIN_WORDS && CUT_BEFORE[language].has(word.toLocaleLowerCase(language))) runs.push([word])
    else run.push(word)
  }
  return runs.map((run) => run.join(' '))
}

const QUESTION: Readonly<Record<OfflineLanguage, RegExp>> = {
  en: /^(?:(?:so|and|but|okay)\s+)?(?:what|why|how|when|where|who|which|can|could|would|should|do|does|did|is|are|was|were|will|have|has)\s+(?:you|we|they|i|he|she|it|is|are|do|does|did|was|were|the|there|this|that|can|will|would|should|many|much|long)\b/i,
  tr: /(?:^|\s)(?:m[ıiuü](?:y[ıiuü]m|y[ıiuü]z|s[ıiuü]n|s[ıiuü]n[ıiuü]z|yd[ıiuü]|ym[ıiuü]ş|d[ıiuü]r)?)$|^(?:neden|nasıl|niye|niçin|kim|nerede|hangi)\s(?!.*\bki\b)/iu,
}

const finishSentence = (sentence: string, language: OfflineLanguage): string => {
  const cased = language === 'en' ? sentence.replace(/\bi(?=\b(?!\.e|\.))/g, 'I') : sentence
  const first = cased.search(/[\p{L}\p{N}]/u)
  const letter = cased.charAt(first)
  const begun = first < 0 ? cased : cased.slice(0, first) + letter.toLocaleUpperCase(language) + cased.slice(first + 1)
  if (/[.!?…:]["'”’)\]]*$/.test(begun)) return begun
  const bare = begun.replace(/[,;\s]+$/, '')
  return bare + (QUESTION[language].test(bare) ? '?' : '.')
}

const toParagraphs = (sentences: readonly string[], language: OfflineLanguage): string => {
  const paragraphs: string[][] = [[]]
  for (const sentence of sentences) {
    const current = paragraphs.at(-1) ?? []
    const turns = current.length >= 2 && PARAGRAPH_START[language].test(sentence)
    if (turns || current.length >= PARAGRAPH_MAX_SENTENCES) paragraphs.push([sentence])
    else current.push(sentence)
  }
  return paragraphs.map((paragraph) => paragraph.join(' ')).join('\n\n')
}
