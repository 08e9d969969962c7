/** Undo and redo of edits, as values: what was there, what stands there now. */

export interface Edit {
  /** What was edited: a segment's number, or a text's id. */
  target: string
  before: string
  after: string
  atMs: number
}

export interface UndoStack {
  done: readonly Edit[]
  undone: readonly Edit[]
}

export const emptyStack: UndoStack = { done: [], undone: [] }

/** Typing at one place within this time is one step back. */
const joinWithinMs = 1500
const longestStack = 500

export const record = (stack: UndoStack, edit: Edit): UndoStack => {
  if (edit.before === edit.after) return stack
  const last = stack.done.at(-1)
  const joins = last !== undefined && last.target === edit.target && edit.atMs - last.atMs < joinWithinMs
  const done = joins ? [...stack.done.slice(0, -1), { ...edit, before: last.before }] : [...stack.done, edit]
  return { done: done.slice(-longestStack), undone: [] }
}

export interface Step {
  stack: UndoStack
  /** What to write where; null when there is nothing to take back. */
  write: { target: string; text: string } | null
}

export const undo = (stack: UndoStack): Step => {
  const edit = stack.done.at(-1)
  if (edit === undefined) return { stack, write: null }
  return {
    stack: { done: stack.done.slice(0, -1), undone: [...stack.undone, edit] },
    write: { target: edit.target, text: edit.before },
  }
}

export const redo = (stack: UndoStack): Step => {
  const edit = stack.undone.at(-1)
  if (edit === undefined) return { stack, write: null }
  return {
    stack: { done: [...stack.done, edit], undone: stack.undone.slice(0, -1) },
    write: { target: edit.target, text: edit.after },
  }
}

/** Someone else's text now stands at this target: steps that would write over it are forgotten. */
export const forget = (stack: UndoStack, target: string): UndoStack => ({
  done: stack.done.filter((edit) => edit.target !== target),
  undone: stack.undone.filter((edit) => edit.target !== target),
})
