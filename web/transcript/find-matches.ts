/** Search in texts that lie in parts (segments, paragraphs): without regard to case, accents or the Turkish dot. */

export interface Match {
  /** Number of the part. */
  part: number
  /** Place in the part's own text, end exclusive. */
  start: number
  end: number
}

const foldCharacter = (character: string): string =>
  character.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ı', 'i').replaceAll(/\p{M}/gu, '')

interface Folded {
  text: string
  /** For each place of the folded text, where its character begins in the original. */
  origins: number[]
}

export const fold = (text: string): Folded => {
  let folded = ''
  const origins: number[] = []
  let at = 0
  for (const character of text) {
    const plain = foldCharacter(character)
    for (let index = 0; index < plain.length; index += 1) origins.push(at)
    folded += plain
    at += character.length
  }
  origins.push(at)
  return { text: folded, origins }
}

/** All matches in order. A match never reaches from one part into the next. */
export const findMatches = (parts: readonly string[], query: string, most = 10_000): Match[] => {
  const wanted = fold(query.trim()).text
  const matches: Match[] = []
  if (wanted === '') return matches
  for (const [part, text] of parts.entries()) {
    const { text: folded, origins } = fold(text)
    let from = folded.indexOf(wanted)
    while (from !== -1) {
      matches.push({ part, start: origins[from] ?? 0, end: origins[from + wanted.length] ?? text.length })
      if (matches.length >= most) return matches
      from = folded.indexOf(wanted, from + wanted.length)
    }
  }
  return matches
}
