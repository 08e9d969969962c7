/** What speaks against an edited part: by how freely the model was told to edit. Pure. */
import type { EnhancementMode } from '../types.ts'
import type { Sign } from './asking.ts'
import { inventedSign, lengthSign, nameSign, numberSign, talkSign } from './faithfulness.ts'
import { lostEdges } from './seams.ts'

/** An instruction of the user's own may ask for anything: then only talk is a sign. */
export type Freedom = EnhancementMode

const LENGTHS: readonly [number, number] = [0.6, 1.8]
/** Every noun of these is written with a capital letter. */
const CAPITAL_NOUNS = new Set(['de', 'lb'])

/** Share of the words that must have been said. */
const leastSaid: Readonly<Record<Exclude<Freedom, 'custom'>, number>> = { standard: 0.5, light: 0.6, formal: 0.25 }

export const checkEnhanced = (
  source: string,
  made: string,
  { freedom, language }: { readonly freedom: Freedom; readonly language: string | null },
): Sign[] => {
  if (freedom === 'custom') return talkSign(source, made)
  const hasNames = !CAPITAL_NOUNS.has(language ?? '')
  return [
    ...lengthSign(source, made, LENGTHS),
    ...numberSign(source, made),
    ...(hasNames ? nameSign(source, made, 1 / 3) : []),
    ...talkSign(source, made),
    ...inventedSign(source, made, leastSaid[freedom]),
    ...(freedom === 'formal' ? [] : lostEdges(source, made)),
  ]
}
