/** Editing of texts that save themselves: drafts over what is saved, undo, conflicts. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { createAutosave, type Autosave, type SaveAnswer, type SaveState } from './autosave.ts'
import { emptyStack, forget, recordStep, redo, undo, type Step, type UndoStack } from './undo-stack.ts'

export type Drafts = ReadonlyMap<string, string>

export interface EditingDeps {
  revision: number | undefined
  /** What stands saved at a target. */
  savedText: (target: string) => string
  save: (changes: Record<string, string>, revision: number) => Promise<SaveAnswer>
}

export interface Editing {
  /** Not saved yet; they hide what is saved. */
  drafts: Drafts
  state: SaveState
  canUndo: boolean
  canRedo: boolean
  change: (target: string, text: string) => void
  /** At several places, as one step to undo. */
  changeAll: (texts: ReadonlyMap<string, string>) => void
  /** Returns where it wrote, to show the place. */
  undo: () => string | null
  redo: () => string | null
  flush: () => Promise<void>
  resolve: (choice: 'mine' | 'theirs') => void
}

const delayMs = 800

const without = (drafts: Drafts, saved: Record<string, string>): Drafts =>
  new Map([...drafts].filter(([target, text]) => saved[target] !== text))

export const useEditing = (deps: EditingDeps): Editing => {
  const latest = useRef(deps)
  useEffect(() => {
    latest.current = deps
  })
  const [drafts, setDrafts] = useState<Drafts>(new Map())
  const [state, setState] = useState<SaveState>({ kind: 'saved' })
  const [stack, setStack] = useState<UndoStack>(emptyStack)
  const autosave = useRef<Autosave>(null)
  useEffect(() => {
    const current = createAutosave({
      delayMs,
      onState: setState,
      save: async (changes, revision) => {
        const answer = await latest.current.save(changes, revision)
        if (answer.kind === 'saved') setDrafts((before) => without(before, changes))
        return answer
      },
    })
    autosave.current = current
    const onLeave = (event: BeforeUnloadEvent): void => {
      if (!current.isDirty()) return
      void current.flush()
      event.preventDefault()
    }
    globalThis.addEventListener('beforeunload', onLeave)
    return () => {
      globalThis.removeEventListener('beforeunload', onLeave)
      // Leaving for another page of ours: what is typed is saved on the way out.
      void current.flush()
      current.dispose()
    }
  }, [])
  useEffect(() => {
    if (deps.revision !== undefined) autosave.current?.setRevision(deps.revision)
  }, [deps.revision])

  const write = useCallback((target: string, text: string): void => {
    setDrafts((before) => new Map(before).set(target, text))
    autosave.current?.change(target, text)
  }, [])
  const changeAll = useCallback(
    (texts: ReadonlyMap<string, string>): void => {
      const atMs = Date.now()
      const edits = [...texts].map(([target, after]) => {
        const before = drafts.get(target) ?? latest.current.savedText(target)
        return { target, before, after, atMs }
      })
      setStack((known) => recordStep(known, edits))
      for (const [target, after] of texts) write(target, after)
    },
    [drafts, write],
  )
  const change = useCallback((target: string, text: string) => changeAll(new Map([[target, text]])), [changeAll])
  const move = ({ stack: moved, writes }: Step): string | null => {
    setStack(moved)
    for (const { target, text } of writes) write(target, text)
    return writes[0]?.target ?? null
  }
  return {
    drafts,
    state,
    canUndo: stack.done.length > 0,
    canRedo: stack.undone.length > 0,
    change,
    changeAll,
    undo: () => move(undo(stack)),
    redo: () => move(redo(stack)),
    flush: async () => await autosave.current?.flush(),
    resolve: (choice) => {
      if (state.kind !== 'conflict') return
      if (choice === 'theirs') {
        const { mine } = state
        setDrafts((before) => without(before, mine))
        setStack((known) => Object.keys(mine).reduce(forget, known))
      }
      autosave.current?.resolve(choice)
    },
  }
}
