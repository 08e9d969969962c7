/** Segments as one text: what was said, in lines broken where somebody paused. Pure. */

interface Spoken {
  readonly text: string
  readonly startSecond: number
  readonly endSecond: number
  readonly speaker: string | null
}

/** Silence that reads as a new paragraph. */
const PAUSE_SECOND = 2
/** Languages written without spaces between sentences. */
const UNSPACED = new Set(['zh', 'ja', 'th', 'lo', 'km', 'my', 'yue', 'bo'])

export const toRawText = (segments: readonly Spoken[], language: string | null): string => {
  const space = UNSPACED.has(language ?? '') ? '' : ' '
  let text = ''
  let last: Spoken | undefined
  for (const segment of segments) {
    const paused = last !== undefined && segment.startSecond - last.endSecond >= PAUSE_SECOND
    const turned = last !== undefined && segment.speaker !== last.speaker
    if (last !== undefined) text += paused || turned ? '\n\n' : space
    text += segment.text
    last = segment
  }
  return text
}

const EXCERPT_LETTERS = 200

/** The beginning for the list, cut at a word. */
export const toExcerpt = (text: string): string => {
  const line = text.replace(/\s+/gu, ' ').trim()
  if (line.length <= EXCERPT_LETTERS) return line
  const cut = line.slice(0, EXCERPT_LETTERS).toWellFormed()
  const space = cut.lastIndexOf(' ')
  return `${space > EXCERPT_LETTERS / 2 ? cut.slice(0, space) : cut}…`
}
