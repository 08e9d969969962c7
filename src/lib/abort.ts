/** Small things around AbortSignal, so that every wait ends for every reason it should. */

/** One signal that fires with the first of the given ones; those left out are skipped. */
export const combineSignals = (...signals: (AbortSignal | undefined)[]): AbortSignal =>
  AbortSignal.any(signals.filter((signal) => signal !== undefined))

/** Whether something thrown is the end of a wait that somebody asked for or that a limit brought. */
export const isAbort = (thrown: unknown): boolean =>
  thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'TimeoutError')

/**
 * Settles as `work` does, or rejects with the signal's reason as soon as it fires. The work itself goes on: use it only
 * where the other side takes no signal, and never for something that must not be left behind.
 */
export const abandonOnAbort = async <Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> => {
  let onAbort: () => void = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    aborted.catch(() => {})
    work.catch(() => {})
  }
}
