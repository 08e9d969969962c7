/** Undo and redo of edits, as values: what was there, what stands there now. */

export interface Edit {
  /** What was edited: a segment's number, or a text's id. */
  target: string
  before: string
  after: string
  atMs: number
}

/** Edits that are made and taken back together. */
export type EditStep = readonly Edit[]

export interface UndoStack {
  done: readonly EditStep[]
  undone: readonly EditStep[]
}

export const emptyStack: UndoStack = { done: [], undone: [] }

/** Typing at one place within this time is one step back. */
const joinWithinMs = 1500
const longestStack = 500

/** The step that a new one goes on with: both are typing at the same place. */
const findJoined = (last: EditStep | undefined, step: EditStep): Edit | undefined => {
  const [before, ...others] = last ?? []
  const [edit, ...more] = step
  if (before === undefined || edit === undefined || others.length + more.length > 0) return undefined
  return before.target === edit.target && edit.atMs - before.atMs < joinWithinMs ? before : undefined
}

export const recordStep = (stack: UndoStack, edits: EditStep): UndoStack => {
  const step = edits.filter(({ before, after }) => before !== after)
  if (step.length === 0) return stack
  const joined = findJoined(stack.done.at(-1), step)
  const done =
    joined === undefined
      ? [...stack.done, step]
      : [...stack.done.slice(0, -1), step.map((edit) => ({ ...edit, before: joined.before }))]
  return { done: done.slice(-longestStack), undone: [] }
}

export const record = (stack: UndoStack, edit: Edit): UndoStack => recordStep(stack, [edit])

export interface Step {
  stack: UndoStack
  /** What to write where; empty when there is nothing to take back. */
  writes: readonly { target: string; text: string }[]
}

export const undo = (stack: UndoStack): Step => {
  const step = stack.done.at(-1)
  if (step === undefined) return { stack, writes: [] }
  return {
    stack: { done: stack.done.slice(0, -1), undone: [...stack.undone, step] },
    writes: step.map(({ target, before }) => ({ target, text: before })),
  }
}

export const redo = (stack: UndoStack): Step => {
  const step = stack.undone.at(-1)
  if (step === undefined) return { stack, writes: [] }
  return {
    stack: { done: [...stack.done, step], undone: stack.undone.slice(0, -1) },
    writes: step.map(({ target, after }) => ({ target, text: after })),
  }
}

const without = (steps: readonly EditStep[], target: string): EditStep[] =>
  steps.map((step) => step.filter((edit) => edit.target !== target)).filter((step) => step.length > 0)

/** Someone else's text now stands at this target: steps that would write over it are forgotten. */
export const forget = (stack: UndoStack, target: string): UndoStack => ({
  done: without(stack.done, target),
  undone: without(stack.undone, target),
})
