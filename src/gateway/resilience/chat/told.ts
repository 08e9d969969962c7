/** What has reached the caller of a stream so far: it can be continued, never taken back. */
import type { CallPart } from '../../call.ts'
import type { StreamPart } from '../../types/answers.ts'
import type { Note, Usage } from '../../types/attempts.ts'
import type { ModelRow } from '../../types/models.ts'

export interface Told {
  text: string
  reasoning: string
  /** A tool call was begun: what its arguments should become only its own model knows. */
  toolCalls: boolean
  started: boolean
  /** Notes of the attempt under way, until its answer takes them over. */
  readonly pending: Note[]
  /** Of attempts whose text is part of the answer. */
  usage: Usage | null
  /** Who wrote the text so far, in order. */
  readonly authors: ModelRow[]
}

export const createTold = (): Told => ({
  text: '',
  reasoning: '',
  toolCalls: false,
  started: false,
  pending: [],
  usage: null,
  authors: [],
})

/** The part as the caller sees it, after it was written down. */
export const tell = (told: Told, row: ModelRow, part: Exclude<CallPart, { type: 'end' }>): StreamPart[] => {
  const parts: StreamPart[] = []
  if (part.type === 'note') {
    told.pending.push(part.note)
    return told.started ? [part] : []
  }
  if (!told.started) {
    told.started = true
    parts.push({ type: 'start', provider: row.provider, model: row.key })
    parts.push(...told.pending.map((note): StreamPart => ({ type: 'note', note })))
  }
  if (part.type === 'text-delta') {
    told.text += part.text
    if (told.authors.at(-1) !== row) told.authors.push(row)
  } else if (part.type === 'reasoning-delta') told.reasoning += part.text
  else told.toolCalls = true
  parts.push(part)
  return parts
}
