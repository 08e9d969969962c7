import type { Statement, Words } from './statement.ts'

/** A statement within another one, as the next sentence; nothing for none. */
export const nested = (inner: Statement | null, words: Words): string =>
  inner === null ? '' : ` ${(words[inner.code] as (parameters: Statement['parameters']) => string)(inner.parameters)}`
