/** Which two texts stand side by side: those asked for, otherwise the two most worth comparing. */
import type { TranscriptionText } from '../../../src/http/contract/transcriptions.ts'

type Text = Pick<TranscriptionText, 'id' | 'kind' | 'createdAt'>

export const chooseTwo = <T extends Text>(
  texts: readonly T[],
  leftId: string | null,
  rightId: string | null,
): [T | undefined, T | undefined] => {
  const newestFirst = texts.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt))
  const find = (id: string | null): T | undefined => texts.find((text) => text.id === id)
  const right =
    find(rightId) ??
    newestFirst.find((text) => text.kind === 'enhanced' && text.id !== leftId) ??
    newestFirst.find((text) => text.id !== leftId)
  const sameKind = newestFirst.find((text) => text.kind === right?.kind && text.id !== right.id)
  const raw = newestFirst.find((text) => text.kind === 'raw' && text.id !== right?.id)
  const left = find(leftId) ?? sameKind ?? raw ?? newestFirst.find((text) => text.id !== right?.id)
  return [left, right]
}
