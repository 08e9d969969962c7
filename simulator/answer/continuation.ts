// Tells whether a conversation asks to go on with an answer that broke off, and with which text it broke off.
import type { Turn } from '../types.ts'

const ASKS_TO_GO_ON =
  /\b(continue|carry on|go on|resume|pick up)\b.*\b(exactly|where|from|stopped|left off|broke|cut|rest|without repeating)|^\s*(continue|go on)\b|kaldığın yerden/isu

export type Thread = {
  /** The conversation as it was before the answer broke off. */
  turns: Turn[]
  partial?: string
  /** The last turn is the assistant's own (a prefilled answer). */
  prefilled: boolean
}

export const readThread = (turns: Turn[]): Thread => {
  const last = turns.at(-1)
  const before = turns.at(-2)
  if (last?.role === 'assistant' && last.toolCalls.length === 0) {
    return { turns: turns.slice(0, -1), partial: last.text, prefilled: true }
  }
  if (
    last?.role === 'user' &&
    before?.role === 'assistant' &&
    before.text.length > 0 &&
    ASKS_TO_GO_ON.test(last.text)
  ) {
    return { turns: turns.slice(0, -2), partial: before.text, prefilled: false }
  }
  return { turns, prefilled: false }
}

const MIN_OVERLAP = 8

/** What is left of `whole` after `partial`; the whole when they share no seam. */
export const restAfter = (whole: string, partial: string): string => {
  if (whole.startsWith(partial)) return whole.slice(partial.length)
  const trimmed = partial.trimEnd()
  if (whole.startsWith(trimmed)) return whole.slice(trimmed.length)
  for (let size = Math.min(partial.length, 400); size >= MIN_OVERLAP; size -= 1) {
    const at = whole.indexOf(partial.slice(-size))
    if (at >= 0) return whole.slice(at + size)
  }
  return whole
}
