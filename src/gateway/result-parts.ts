import type { CallPart, CallResult } from './call.ts'

/** A whole answer told as a stream, for answers that came at once. */
export function* resultParts(result: CallResult): Generator<CallPart> {
  if (result.reasoning !== '') yield { type: 'reasoning-delta', text: result.reasoning }
  for (const piece of result.text.match(/[\s\S]{1,200}(?:\s|$)|[\s\S]{1,200}/g) ?? [])
    yield { type: 'text-delta', text: piece }
  for (const [index, call] of result.toolCalls.entries()) {
    yield { type: 'tool-call-start', index, id: call.id, name: call.name }
    yield { type: 'tool-call-delta', index, arguments: call.arguments }
    yield { type: 'tool-call-end', index, call }
  }
  for (const note of result.notes) yield { type: 'note', note }
  yield { type: 'end', result }
}
