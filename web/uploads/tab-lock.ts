/** Lets one tab work while the others wait for their turn. */
export const withTabLock = async (name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> => {
  // Without locks (plain http that is not localhost) two tabs may both try; the server's own lock decides then.
  if (typeof navigator.locks === 'undefined') return await work()
  try {
    await navigator.locks.request(name, { signal }, async () => (signal.aborted ? undefined : await work()))
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
