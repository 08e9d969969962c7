// Texts a model might write, made from what it was given: the same prompt always gets the same words, at every provider,
// so that an answer begun by one target can be continued by another.
import { hashNumber } from '../tokens.ts'

const SENTENCE = /[^.!?…\n]+(?:[.!?…]+["”’)]*|\n|$)/gu

export const toSentences = (text: string): string[] =>
  (text.match(SENTENCE) ?? []).map((sentence) => sentence.trim()).filter((sentence) => sentence.length > 1)

const FENCES = [
  /<(transcript|text|content|document|input|source|recording)[^>]*>\s*([\s\S]*?)\s*<\/\1[^>]*>/giu,
  /<([a-z][\w-]*)[^>]*>\s*([\s\S]*?)\s*<\/\1>/giu,
  /("""|```|-{3,}|={3,}|<{3,})\s*([\s\S]*?)\s*(?:\1|>{3,}|$)/gu,
]

/** The delimited text inside a prompt (tags, triple quotes, rules), the longest if several; else the whole prompt. */
export const findMaterial = (prompt: string): string => {
  for (const fence of FENCES) {
    const found = [...prompt.matchAll(fence)].map((match) => match[2] ?? '').sort((a, b) => b.length - a.length)[0]
    if (found !== undefined && found.length > 0) return found
  }
  return prompt.trim()
}

const FILLERS = /\b(?:um+|uh+|erm|you know|i mean|like,)\b[,\s]*/giu

/** What an enhancing model does: fillers out, spaces mended, sentences begun with a capital, nothing else changed. */
export const polish = (text: string): string =>
  text
    .replace(FILLERS, '')
    .split(/\n/)
    .map((line) =>
      line
        .replace(/[ \t]+/g, ' ')
        .replace(/ ([,.;:!?])/g, '$1')
        .trim(),
    )
    .join('\n')
    .replace(
      /(^|[.!?]\s+|\n)(\p{Ll})/gu,
      (_, before: string, letter: string) => before + letter.toLocaleUpperCase('en'),
    )
    .trim()

const factScore = (sentence: string): number =>
  (sentence.match(/\d+/g)?.length ?? 0) * 3 + (sentence.match(/(?<=\s)\p{Lu}\p{L}+/gu)?.length ?? 0)

/** Sentences that carry numbers and names, in their order, each kept word for word. */
export const summarize = (text: string, count = 5): string => {
  const sentences = toSentences(text)
  const best = sentences
    .map((sentence, index) => ({ sentence, index, score: factScore(sentence) + (index === 0 ? 2 : 0) }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
  return best.map(({ sentence }) => `- ${sentence}`).join('\n')
}

const WORD = /[\p{L}\p{N}]{3,}/gu

const wordsOf = (text: string) => new Set((text.toLocaleLowerCase('en').match(WORD) ?? []) as string[])

/** The sentences of a text that share most words with a question. */
export const findRelevant = (question: string, corpus: string, count = 2): string[] => {
  const asked = wordsOf(question)
  return toSentences(corpus)
    .map((sentence, index) => ({
      sentence,
      index,
      score: [...wordsOf(sentence)].filter((word) => asked.has(word)).length,
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, count)
    .map(({ sentence }) => sentence)
}

export const toTitle = (text: string): string =>
  (toSentences(text)[0] ?? text)
    .split(/\s+/)
    .slice(0, 7)
    .join(' ')
    .replace(/[.,;:!?]+$/, '')

const WORDS =
  'the meeting began with a short review of open points and then moved to budget staffing schedule risks supplier contract delivery quality training travel customer feedback support release planning design research measurement results next steps owners dates and agreed actions for every team in the coming weeks'.split(
    ' ',
  )

/** Running prose of so many words that never repeats a sentence; the same seed gives the same prose. */
export const writeProse = (seed: string, wordCount: number): string => {
  let state = hashNumber(seed) || 1
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state
  }
  const sentences: string[] = []
  for (let written = 0, number = 1; written < wordCount; number += 1) {
    const size = Math.min(wordCount - written, 7 + (next() % 9))
    const words = Array.from({ length: Math.max(1, size - 1) }, () => WORDS[next() % WORDS.length] ?? 'the')
    sentences.push(`Point ${number} ${words.join(' ')}.`)
    written += size + 1
  }
  return sentences.join(' ')
}

const ACCENTED: Record<string, string> = {
  a: 'á',
  c: 'ç',
  e: 'é',
  i: 'í',
  n: 'ñ',
  o: 'ó',
  s: 'š',
  u: 'ú',
  y: 'ý',
  z: 'ž',
}

/** A language that nobody speaks and everybody can read: names, numbers and the line's own number stay. */
export const pseudoTranslate = (line: string): string =>
  line.replace(/(?<![\p{L}\d[])\p{Ll}\p{L}*/gu, (word) =>
    word.replace(/\p{Ll}/gu, (letter) => ACCENTED[letter] ?? letter),
  )
