/** The parts of one attempt's stream, pulled under its time limits. */
import { AppError } from '../../errors.ts'
import type { CallContext, CallPart } from '../call.ts'
import { abortReason, type OpenAttempt } from './attempt.ts'

/** Settles with the iterator, or as soon as the signal fires; leaves no listener behind, however long the stream. */
const nextOrAbort = (iterator: AsyncIterator<CallPart>, signal: AbortSignal): Promise<IteratorResult<CallPart>> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    iterator.next().then(
      (result) => {
        signal.removeEventListener('abort', onAbort)
        resolve(result)
      },
      (thrown: unknown) => {
        signal.removeEventListener('abort', onAbort)
        reject(thrown as Error)
      },
    )
  })

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
  try {
    for (;;) {
      const { done, value } = await nextOrAbort(iterator, signal)
      if (done === true) throw new AppError('stream-interrupted', 'The stream ended before the answer was whole')
      if (isContent(value)) attempt.sawContent()
      attempt.watchdog.pause()
      yield value
      attempt.watchdog.resume()
      if (value.type === 'end') return
    }
  } finally {
    // Not awaited: a generator that hangs in its own wait would hold us there.
    void Promise.resolve(iterator.return?.()).catch(() => {})
  }
}
