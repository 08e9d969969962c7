/**
 * Tool-call ids that each provider accepts. Pure functions of the id, so that call and result stay a pair without a
 * table, on whichever replica the next turn lands.
 */
import { createHash } from 'node:crypto'

const digest = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 24)

/** OpenAI and its like: at most 40 characters. */
export const toShortId = (id: string): string => (id.length > 0 && id.length <= 40 ? id : `call_${digest(id)}`)

/** Anthropic: letters, digits, `_` and `-`. A changed id carries a digest, since two ids may clean to the same one. */
export const toPlainId = (id: string): string =>
  /^[a-zA-Z0-9_-]{1,64}$/.test(id) ? id : `call_${id.replace(/[^a-zA-Z0-9_-]/g, '').slice(0, 20)}_${digest(id)}`
