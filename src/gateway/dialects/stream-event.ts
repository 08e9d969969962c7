/** One event of a stream that should hold a JSON object: broken ones are told, errors end the stream. */
import { isObject, parseJson } from '../../lib/json.ts'
import type { UnknownObject } from '../../lib/json.ts'
import type { ServerEvent } from '../../lib/sse.ts'
import type { CallPart } from '../call.ts'
import type { Accumulator } from './accumulator.ts'
import { eventStatus, readFailure } from './read-failure.ts'
import { WireError } from './wire-error.ts'

/** What `read` makes of the event's object. One event that cannot be read does not spoil the others; its loss is told. */
export const readEventObject = (
  event: ServerEvent,
  answer: Accumulator,
  read: (chunk: UnknownObject) => CallPart[],
): CallPart[] => {
  const chunk = parseJson(event.data)
  if (!isObject(chunk))
    return answer.note({
      kind: 'malformed-event-skipped',
      message: `An event of ${event.data.length} characters in the stream could not be read and was left out.`,
    })
  const { error } = chunk
  if (event.event === 'error' || (error !== undefined && error !== null)) throw streamFailure(chunk)
  return read(chunk)
}

const streamFailure = (chunk: UnknownObject): WireError => {
  const failure = readFailure(eventStatus(chunk), {}, chunk)
  return new WireError('stream-interrupted', failure.message, failure)
}
