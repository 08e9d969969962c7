/**
 * Saves edits a moment after the last key, one request at a time, newest text of each target only.
 * Owns what is not saved yet; knows no page and no address.
 */
export interface Conflict {
  /** What stands on the server now, by target. */
  theirs: Record<string, string>
  revision: number
}

export type SaveAnswer = { kind: 'saved'; revision: number } | { kind: 'conflict'; conflict: Conflict }

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'waiting' }
  | { kind: 'saving' }
  | { kind: 'failed'; error: unknown }
  | { kind: 'conflict'; mine: Record<string, string>; conflict: Conflict }

export interface AutosaveDeps {
  save: (changes: Record<string, string>, revision: number) => Promise<SaveAnswer>
  onState: (state: SaveState) => void
  delayMs: number
}

export interface Autosave {
  change: (target: string, text: string) => void
  /** Saves now; resolves when nothing is in flight any more. */
  flush: () => Promise<void>
  /** Ends a conflict: writes mine over theirs, or lets mine go. */
  resolve: (choice: 'mine' | 'theirs') => void
  setRevision: (revision: number) => void
  isDirty: () => boolean
  dispose: () => void
}

export const createAutosave = (deps: AutosaveDeps): Autosave => {
  let pending: Record<string, string> = {}
  let revision = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | null = null
  let stopped: Extract<SaveState, { kind: 'conflict' }> | null = null

  const isDirty = (): boolean => Object.keys(pending).length > 0 || running !== null || stopped !== null

  const attempt = async (): Promise<void> => {
    const changes = pending
    pending = {}
    deps.onState({ kind: 'saving' })
    try {
      const answer = await deps.save(changes, revision)
      if (answer.kind === 'saved') {
        revision = answer.revision
        return
      }
      stopped = { kind: 'conflict', mine: changes, conflict: answer.conflict }
    } catch (error) {
      // What was typed while the request ran is newer than what failed.
      pending = { ...changes, ...pending }
      throw error
    }
  }

  const run = async (): Promise<void> => {
    try {
      while (Object.keys(pending).length > 0 && stopped === null) await attempt()
      deps.onState(stopped ?? { kind: 'saved' })
    } catch (error) {
      deps.onState({ kind: 'failed', error })
    } finally {
      running = null
    }
  }

  const flush = async (): Promise<void> => {
    clearTimeout(timer)
    if (running === null && stopped === null && Object.keys(pending).length > 0) running = run()
    await running
  }

  return {
    change: (target, text) => {
      pending[target] = text
      if (stopped !== null) return
      if (running === null) deps.onState({ kind: 'waiting' })
      clearTimeout(timer)
      timer = setTimeout(() => void flush(), deps.delayMs)
    },
    flush,
    resolve: (choice) => {
      if (stopped === null) return
      revision = stopped.conflict.revision
      if (choice === 'mine') pending = { ...stopped.mine, ...pending }
      stopped = null
      if (Object.keys(pending).length > 0) void flush()
      else deps.onState({ kind: 'saved' })
    },
    setRevision: (value) => {
      if (!isDirty()) revision = value
    },
    isDirty,
    dispose: () => clearTimeout(timer),
  }
}
