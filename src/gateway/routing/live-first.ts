import type { ModelRow } from '../types/models.ts'

/** Whether a model is known to answer: true when it was seen, false when its provider said no, null when nobody looked. */
export type Lives = (row: ModelRow) => boolean | null

const rank = (lives: boolean | null): number => (lives === true ? 0 : lives === null ? 1 : 2)

/** Those that were seen to answer, then those that nobody asked, then those that were refused; else as they stood. */
export const liveFirst = (rows: readonly ModelRow[], lives: Lives): readonly ModelRow[] =>
  rows.toSorted((one, other) => rank(lives(one)) - rank(lives(other)))
