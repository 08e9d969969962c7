/** The parts of one attempt's stream, pulled under its time limits. */
import { AppError } from '../../../errors.ts'
import { sayAlone } from '../../../reasons.ts'
import type { CallContext, CallPart } from '../../call.ts'
import { abortReason, type OpenAttempt } from '../attempt.ts'

/** The iterator's next part, or the signal's reason as soon as it fires: one listener for the whole stream. */
const createPull = (
  iterator: AsyncIterator<CallPart>,
  signal: AbortSignal,
): (() => Promise<IteratorResult<CallPart>>) => {
  let rejectPending: (reason: Error) => void = () => {}
  signal.addEventListener('abort', () => rejectPending(abortReason(signal)), { once: true })
  return () =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortReason(signal))
      rejectPending = reject
      iterator.next().then(resolve, reject)
    })
}

const isContent = (part: CallPart): boolean => part.type !== 'note' && part.type !== 'end'

/**
 * Yields what the caller yields. Ends after `end`; a stream that stops without one is a failure, as nobody can know
 * what is missing. Time that the reader takes between two parts is not the provider's.
 */
export async function* pullParts(
  attempt: OpenAttempt,
  open: (context: CallContext) => AsyncIterable<CallPart>,
): AsyncGenerator<CallPart> {
  const { signal } = attempt.context
  const iterator = open(attempt.context)[Symbol.asyncIterator]()
  const pull = createPull(iterator, signal)
  try {
    for (;;) {
      const next = await pull()
      if (next.done === true) throw new AppError('stream-interrupted', sayAlone('stream-not-whole'))
      if (isContent(next.value)) attempt.sawContent()
      attempt.watchdog.pause()
      yield next.value
      attempt.watchdog.resume()
      if (next.value.type === 'end') return
    }
  } finally {
    // Not awaited: a generator that hangs in its own wait would hold us there.
    void Promise.resolve(iterator.return?.()).catch(() => {})
  }
}
