/** Ctrl-C as a signal that ends the work in order; a later one ends the process at once. */
import { exitCode } from './exit-code.ts'

/** One key press arrives twice when a parent process passes it on. */
const SAME_PRESS_MS = 1_000

export interface Interrupt {
  readonly signal: AbortSignal
  stop(): void
}

export const listenForInterrupt = (): Interrupt => {
  const controller = new AbortController()
  let firstMs = 0
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      firstMs = Date.now()
      controller.abort(new DOMException('Interrupted', 'AbortError'))
    } else if (Date.now() - firstMs > SAME_PRESS_MS) process.exit(exitCode.interrupted)
  }
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of names) process.on(name, onSignal)
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of names) process.off(name, onSignal)
    },
  }
}
