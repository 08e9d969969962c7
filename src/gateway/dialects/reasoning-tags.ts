/**
 * Splits reasoning that a model writes into its answer between `<think>` or `<thought>` tags from the answer itself.
 * Only a tag at the very beginning counts, so that a text about tags stays whole; works on any cutting of the text.
 */
export interface SplitPiece {
  readonly kind: 'text' | 'reasoning'
  readonly text: string
}
export interface ReasoningSplitter {
  readonly push: (delta: string) => SplitPiece[]
  readonly flush: () => SplitPiece[]
}

const OPENING = ['<think>', '<thought>', '<thinking>'] as const

const mayOpen = (text: string): boolean => OPENING.some((tag) => tag.startsWith(text) && text.length < tag.length)

/** Length of the longest end of `text` that is a beginning of `tag`. */
const partialLength = (text: string, tag: string): number => {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1)
    if (tag.startsWith(text.slice(-length))) return length
  return 0
}

export const createReasoningSplitter = (): ReasoningSplitter => {
  let state: 'beginning' | 'reasoning' | 'gap' | 'text' = 'beginning'
  let held = ''
  let closing = ''

  const begin = (): SplitPiece[] => {
    const trimmed = held.trimStart()
    if (trimmed === '' || mayOpen(trimmed)) return []
    const tag = OPENING.find((one) => trimmed.startsWith(one))
    if (tag === undefined) return toText(held)
    closing = tag.replace('<', '</')
    state = 'reasoning'
    held = trimmed.slice(tag.length)
    return think()
  }
  const think = (): SplitPiece[] => {
    const at = held.indexOf(closing)
    if (at >= 0) {
      const thought = held.slice(0, at)
      held = held.slice(at + closing.length)
      state = 'gap'
      return [...piece('reasoning', thought), ...bridge()]
    }
    const keep = partialLength(held, closing)
    const thought = held.slice(0, held.length - keep)
    held = held.slice(held.length - keep)
    return piece('reasoning', thought)
  }
  // Blank space between reasoning and answer belongs to neither.
  const bridge = (): SplitPiece[] => {
    held = held.trimStart()
    return held === '' ? [] : toText(held)
  }
  const toText = (text: string): SplitPiece[] => {
    state = 'text'
    held = ''
    return piece('text', text)
  }
  const piece = (kind: SplitPiece['kind'], text: string): SplitPiece[] => (text === '' ? [] : [{ kind, text }])

  return {
    push: (delta) => {
      if (state === 'text') return piece('text', delta)
      held += delta
      return state === 'beginning' ? begin() : state === 'reasoning' ? think() : bridge()
    },
    flush: () => {
      const rest = held
      held = ''
      return state === 'reasoning' ? piece('reasoning', rest) : state === 'gap' ? [] : piece('text', rest)
    },
  }
}

/** The same for a whole text. */
export const splitReasoning = (text: string): { text: string; reasoning: string } => {
  const splitter = createReasoningSplitter()
  const pieces = [...splitter.push(text), ...splitter.flush()]
  const join = (kind: SplitPiece['kind']): string =>
    pieces.flatMap((one) => (one.kind === kind ? one.text : [])).join('')
  return { text: join('text'), reasoning: join('reasoning') }
}
