/** Which texts stand side by side: those asked for, otherwise the two most worth comparing. */
import type { TranscriptionText } from '../../../src/http/contract/transcriptions.ts'

type Text = Pick<TranscriptionText, 'id' | 'kind' | 'createdAt'>

/** More columns than this are too narrow to read. */
export const mostTexts = 4

const chooseTwo = <T extends Text>(newestFirst: readonly T[], known: T | undefined): T[] => {
  const right = newestFirst.find((text) => text.kind === 'enhanced' && text !== known) ?? newestFirst[0]
  if (right === undefined) return []
  const left =
    known ??
    newestFirst.find((text) => text.kind === right.kind && text !== right) ??
    newestFirst.find((text) => text.kind === 'raw' && text !== right) ??
    newestFirst.find((text) => text !== right)
  return left === undefined || left === right ? [right] : [left, right]
}

/** The first is what the others are compared with. Fewer than two: there is nothing to compare. */
export const chooseTexts = <T extends Text>(texts: readonly T[], ids: readonly string[]): T[] => {
  const asked = [...new Set(ids)].flatMap((id) => texts.find((text) => text.id === id) ?? []).slice(0, mostTexts)
  if (asked.length >= 2) return asked
  const newestFirst = texts.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt))
  return chooseTwo(newestFirst, asked[0])
}
