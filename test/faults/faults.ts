/** The faults of the table, each with what an honest gateway may make of it. */
import type { ErrorCode } from '../../src/errors.ts'

/** How a fault may end. `whole` is the full text as if nothing had happened; `cut` is half of it, said to be half. */
export type Ending = 'whole' | 'cut' | ErrorCode

export interface FaultSpec {
  readonly fault: string
  readonly what: string
  /** Endings that are right when nobody else may be asked. */
  readonly alone: readonly Ending[]
  /** Endings that are right when another provider stands ready. */
  readonly helped: readonly Ending[]
  /** The address is closed: no fault of a request. */
  readonly closedPort?: boolean
  /** What the model says in place of the usual text: fewer bytes for a fault that is slow by nature. */
  readonly says?: string
  /** Endings at providers whose wire cannot say more. */
  readonly at?: Readonly<Record<string, readonly Ending[]>>
  /** Providers whose wire cannot have this fault, with the reason. */
  readonly notAt?: Readonly<Record<string, string>>
}

const WHOLE: readonly Ending[] = ['whole']

/** Fails alone in one of these ways, and another target makes it good. */
const recovered = (fault: string, what: string, ...alone: Ending[]): FaultSpec => ({
  fault,
  what,
  alone,
  helped: WHOLE,
})
/** Goes straight back: no other target would change it, or none should be asked. */
const straight = (fault: string, what: string, ...codes: Ending[]): FaultSpec => ({
  fault,
  what,
  alone: codes,
  helped: codes,
})
/** Nobody should notice. */
const harmless = (fault: string, what: string): FaultSpec => ({ fault, what, alone: WHOLE, helped: WHOLE })

const LIMITED: readonly Ending[] = [
  'provider-rate-limited',
  'provider-daily-limit',
  'provider-quota',
  'provider-request-too-large',
]

export const FAULTS: readonly FaultSpec[] = [
  recovered('bad-key', 'the key is refused', 'credential-invalid'),
  recovered('permission', 'the key may not', 'credential-forbidden'),
  recovered('quota', 'the money is used up', ...LIMITED, 'credential-forbidden'),
  recovered('rate-limit', 'too many requests', 'provider-rate-limited'),
  recovered('rate-limit-day', 'the day’s limit is reached', ...LIMITED),
  recovered('too-large-for-quota', 'larger than the limit of a minute', ...LIMITED),
  recovered('unknown-model', 'the model is gone', 'model-not-found'),
  recovered('malformed-model', 'the model’s name is refused', 'model-not-found'),
  {
    fault: 'context-length',
    what: 'the text is too long',
    alone: ['context-too-long'],
    helped: ['whole', 'context-too-long'],
  },
  straight('invalid-request', 'the request is refused', 'provider-rejected', 'invalid-request'),
  straight(
    'unsupported-parameter',
    'a parameter is refused',
    'whole',
    'unsupported-parameter',
    'provider-rejected',
    'invalid-request',
  ),
  {
    ...straight('prompt-blocked', 'the content is refused by a filter', 'content-refused'),
    notAt: {
      ollama: 'it has no filter',
      'ollama-v1': 'it has no filter',
      'gemini-v1': 'how it says so is not known',
    },
  },
  {
    ...straight('refusal', 'the model refuses in its own form', 'content-refused'),
    // Its wire ends every answer with `stop`: a refusal looks like any other text.
    at: { ollama: WHOLE },
  },
  recovered('overloaded', 'overload', 'provider-overloaded'),
  recovered('server-error', 'an internal error', 'provider-error'),
  recovered('timeout', 'the provider’s own time-out', 'provider-timeout', 'provider-overloaded'),
  recovered('status:502', 'a bad gateway', 'provider-error'),
  { ...recovered('exact-continue', 'nobody listens at the address', 'provider-unreachable'), closedPort: true },
  recovered('reset', 'reset before the headers', 'provider-error', 'provider-unreachable'),
  recovered(
    'reset-after-headers',
    'reset after the headers',
    'provider-error',
    'stream-interrupted',
    'provider-malformed',
  ),
  recovered('reset-mid-stream', 'reset in the middle', 'provider-error', 'stream-interrupted'),
  recovered('garbage', 'bytes that are no HTTP', 'provider-malformed', 'provider-error', 'provider-unreachable'),
  recovered(
    'short-of-length',
    'fewer bytes than announced',
    'whole',
    'stream-interrupted',
    'provider-error',
    'provider-malformed',
  ),
  recovered('silence', 'no answer at all', 'provider-timeout'),
  recovered('slow-headers:20000', 'headers too late', 'provider-timeout'),
  recovered('slow-first-token:20000', 'headers, then nothing', 'provider-timeout'),
  recovered('stall-first', 'opens the stream, then nothing', 'provider-timeout'),
  recovered('stall', 'stops in the middle and stays connected', 'provider-timeout'),
  recovered('cut', 'ends in the middle as if done', 'stream-interrupted', 'provider-malformed'),
  recovered('no-finish', 'all the text, but no sign of the end', 'whole', 'stream-interrupted'),
  harmless('no-done', 'finish reason without the end mark'),
  harmless('no-done-stall', 'finish reason, then an open connection'),
  recovered('empty-stream', 'a stream without an event', 'stream-interrupted', 'provider-malformed', 'output-empty'),
  recovered('end-only', 'only the end mark', 'stream-interrupted', 'provider-malformed', 'output-empty'),
  recovered(
    'error-event',
    'an error in the middle of the stream',
    'provider-overloaded',
    'provider-error',
    'stream-interrupted',
  ),
  recovered(
    'error-first',
    'an error as the first event',
    'provider-overloaded',
    'provider-error',
    'stream-interrupted',
  ),
  // What the broken event held is lost; everything else must be there, and a note must say so.
  harmless('malformed-event', 'one event is broken'),
  {
    ...harmless('duplicate-start', 'the opening event twice'),
    notAt: { gemini: 'its opening event holds text', ollama: 'its opening event holds text' },
  },
  harmless('comments', 'comments and unknown events'),
  harmless('crlf', 'lines that end with CR LF'),
  harmless('several-data-lines', 'one event on several lines'),
  { ...harmless('byte-by-byte', 'one byte at a time'), says: 'Yes.' },
  harmless('split-characters', 'characters split over packets'),
  harmless('gzip', 'compressed without being asked'),
  harmless('wrong-content-type', 'the right body under a wrong type'),
  {
    ...recovered(
      'not-streamed',
      'one body where a stream was asked for',
      'whole',
      'provider-malformed',
      'stream-interrupted',
    ),
    notAt: { gemini: 'the path decides whether it streams' },
  },
  recovered('html', 'an error page of the edge', 'provider-error', 'provider-unreachable'),
  recovered('html-ok', 'a page with status 200', 'provider-malformed', 'stream-interrupted'),
  recovered('empty-body', 'status 200 and no body', 'provider-malformed', 'stream-interrupted', 'output-empty'),
  recovered('error-text:500', 'an error as plain text', 'provider-error'),
  recovered('empty-content', 'an answer without text', 'output-empty'),
  recovered('whitespace-content', 'an answer of one line break', 'output-empty'),
  { fault: 'length', what: 'stops at the output limit', alone: ['cut'], helped: ['cut'] },
]

/** The endings that are right for a fault at a provider. */
export const rightEndings = (spec: FaultSpec, target: string, helped: boolean): readonly Ending[] =>
  spec.at?.[target] ?? (helped ? spec.helped : spec.alone)
