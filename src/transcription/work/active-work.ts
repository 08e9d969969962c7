/** What runs in this process now, so that it can be stopped by name. */
import { AppError } from '../../errors.ts'

interface Name {
  /** The recording; stopping it stops everything about it. */
  readonly transcriptionId: string
  /** The text that is made, where it is only about that. */
  readonly textId?: string
}

export interface ActiveWork {
  /** Runs `work` under a name with a signal that `stop` aborts as well. */
  run<Result>(name: Name, signal: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>
  /** Everything about a recording, or about one text. Nothing happens when it isn't here. */
  stop(id: string): void
  /** Resolves when nothing about it runs here. */
  ended(id: string): Promise<void>
}

interface Entry extends Name {
  readonly controller: AbortController
  readonly ended: Promise<unknown>
}

export const createActiveWork = (): ActiveWork => {
  const running = new Set<Entry>()
  const about = (id: string): Entry[] =>
    [...running].filter(({ transcriptionId, textId }) => transcriptionId === id || textId === id)

  /** A redelivered job may start before its earlier start has noticed that it is over. */
  const replaceEarlier = async ({ transcriptionId, textId }: Name): Promise<void> => {
    const same = [...running].filter((entry) => entry.transcriptionId === transcriptionId && entry.textId === textId)
    for (const { controller } of same) controller.abort(new AppError('cancelled', 'The work was started again'))
    await Promise.all(same.map(({ ended }) => ended))
  }

  return {
    async run(name, signal, work) {
      await replaceEarlier(name)
      const controller = new AbortController()
      const result = work(AbortSignal.any([signal, controller.signal]))
      const entry: Entry = { ...name, controller, ended: result.catch(() => {}) }
      running.add(entry)
      try {
        return await result
      } finally {
        running.delete(entry)
      }
    },
    stop(id) {
      for (const { controller } of about(id)) controller.abort(new AppError('cancelled', 'The work was cancelled'))
    },
    async ended(id) {
      await Promise.all(about(id).map(({ ended }) => ended))
    },
  }
}
