import { expect, test } from 'vitest'
import { emptyStack, forget, record, redo, undo, type UndoStack } from './undo-stack.ts'

const edit = (target: string, before: string, after: string, atMs: number) => ({ target, before, after, atMs })
const both = [edit('1', 'a', 'b', 0), edit('2', 'x', 'y', 5000)].reduce(record, emptyStack)

test('undo goes back edit by edit, redo forward again', () => {
  const first = undo(both)
  expect(first.write).toEqual({ target: '2', text: 'x' })
  const second = undo(first.stack)
  expect(second.write).toEqual({ target: '1', text: 'a' })
  expect(undo(second.stack).write).toBeNull()
  const third = redo(second.stack)
  expect(third.write).toEqual({ target: '1', text: 'b' })
  expect(redo(redo(third.stack).stack).write).toBeNull()
})

test('quick typing at one place is one step; another place or a pause is a new one', () => {
  const stack = [edit('1', 'a', 'ab', 0), edit('1', 'ab', 'abc', 900), edit('1', 'abc', 'abcd', 9000)].reduce(
    record,
    emptyStack,
  )
  expect(stack.done.map(({ before, after }) => [before, after])).toEqual([
    ['a', 'abc'],
    ['abc', 'abcd'],
  ])
})

test('a new edit after undo drops what was undone', () => {
  const stack = record(undo(both).stack, edit('3', 'p', 'q', 9000))
  expect(redo(stack).write).toBeNull()
})

test('an edit that changes nothing is no step', () => {
  expect(record(emptyStack, edit('1', 'a', 'a', 0))).toBe(emptyStack)
})

test('what another person overwrote cannot be undone over them', () => {
  const stack: UndoStack = forget(both, '2')
  expect(undo(stack).write).toEqual({ target: '1', text: 'a' })
})
