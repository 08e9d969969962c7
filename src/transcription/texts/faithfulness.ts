/** Signs that a model did something else than edit or translate: answered, summarized, left out, made up. Pure. */
import { sayReason } from '../../reasons.ts'
import type { Sign } from './asking.ts'
import { namesIn, numbersIn, prefixesOf, sizeOf, wordsIn } from './text-signs.ts'

/** Below this a short exclamation may well become half or double as long. */
const SHORTEST_JUDGED = 200

const percent = (share: number): number => Math.round(share * 100)
const listed = (items: readonly string[]): string => items.slice(0, 5).join(', ')

export const lengthSign = (source: string, made: string, [least, most]: readonly [number, number]): Sign[] => {
  const said = sizeOf(source)
  if (said < SHORTEST_JUDGED) return []
  const ratio = sizeOf(made) / said
  if (ratio < least) return [{ code: 'length', message: sayReason('sign-shorter', { percent: percent(ratio) }) }]
  return ratio > most ? [{ code: 'length', message: sayReason('sign-longer', { percent: percent(ratio) }) }] : []
}

/** Numbers may be spelled out, so one or two may be missing; a fifth of them missing is a sign. */
export const numberSign = (source: string, made: string): Sign[] => {
  const said = [...new Set(numbersIn(source))]
  const kept = new Set(numbersIn(made))
  const lost = said.filter((number) => !kept.has(number))
  return lost.length > 1 && lost.length > said.length / 5
    ? [{ code: 'numbers', message: sayReason('sign-numbers', { list: listed(lost) }) }]
    : []
}

/** A name may have been misheard and mended; several that are gone are a sign. */
export const nameSign = (source: string, made: string, share: number): Sign[] => {
  const names = [...new Set(namesIn(source))]
  const lower = made.toLocaleLowerCase('en')
  // Endings change (“Brown’ın”), beginnings stay.
  const isKept = (name: string): boolean =>
    lower.includes(name.slice(0, Math.max(3, name.length - 2)).toLocaleLowerCase('en'))
  const lost = names.filter((name) => !isKept(name))
  return lost.length > 1 && lost.length > names.length * share
    ? [{ code: 'names', message: sayReason('sign-names', { list: listed(lost) }) }]
    : []
}

/** How assistants begin when they talk instead of working. Said in the source, they are what somebody said. */
const TALK: readonly RegExp[] = [
  /^(?:sure|certainly|of course|absolutely|okay)[,!.].{0,60}\b(?:here|i)\b/iu,
  /^here(?:’s|'s| is| are) (?:the|your|a|an)\b.{0,60}\b(?:transcript|text|version|translation|lines)/iu,
  /\bas an ai\b|\bas a (?:large )?language model\b/iu,
  /^i(?:’m|'m| am) (?:sorry|unable|afraid|not able)\b/iu,
  /^(?:sorry|unfortunately),? .{0,40}\bi (?:can|could|am)/iu,
  /^i (?:cannot|can(?:’|')t|won(?:’|')t) (?:help|assist|provide|do|comply|translate|edit)/iu,
  /^(?:tabii|elbette|işte)\b.{0,60}(?:metin|çeviri|döküm)/iu,
  /^(?:üzgünüm|maalesef)\b.{0,80}(?:yardımcı|yapamam|edemem|çeviremem)/iu,
  /yapay zek[aâ].{0,20} olarak/iu,
]

export const talkSign = (source: string, made: string): Sign[] => {
  const start = made.trim().slice(0, 300)
  return TALK.some((talk) => talk.test(start) && !talk.test(source.trim()))
    ? [{ code: 'answered', message: sayReason('sign-talk') }]
    : []
}

/** Fewer words than this happen to be the same or not. */
const FEWEST_WORDS = 30

/** An edited text is made of the words that were said, whatever their endings. */
export const inventedSign = (source: string, made: string, leastShare: number): Sign[] => {
  const words = wordsIn(made)
  if (words.length < FEWEST_WORDS) return []
  const said = prefixesOf(wordsIn(source))
  const share = words.filter((word) => said.has(word.slice(0, 5))).length / words.length
  return share < leastShare
    ? [{ code: 'invented', message: sayReason('sign-invented', { percent: percent(share) }) }]
    : []
}

/** A translation is not made of the words that were said. */
export const untranslatedSign = (source: string, made: string): Sign[] => {
  const words = wordsIn(made).filter((word) => !/\d/u.test(word))
  if (words.length < 12) return []
  const said = new Set(wordsIn(source))
  const share = words.filter((word) => said.has(word)).length / words.length
  return share > 0.6 ? [{ code: 'untranslated', message: sayReason('sign-untranslated') }] : []
}
