import { expect, test } from 'vitest'
import { emptyStack, forget, record, recordStep, redo, undo, type UndoStack } from './undo-stack.ts'

const edit = (target: string, before: string, after: string, atMs: number) => ({ target, before, after, atMs })
const both = [edit('1', 'a', 'b', 0), edit('2', 'x', 'y', 5000)].reduce(record, emptyStack)

test('undo goes back edit by edit, redo forward again', () => {
  const first = undo(both)
  expect(first.writes).toEqual([{ target: '2', text: 'x' }])
  const second = undo(first.stack)
  expect(second.writes).toEqual([{ target: '1', text: 'a' }])
  expect(undo(second.stack).writes).toEqual([])
  const third = redo(second.stack)
  expect(third.writes).toEqual([{ target: '1', text: 'b' }])
  expect(redo(redo(third.stack).stack).writes).toEqual([])
})

test('quick typing at one place is one step; another place or a pause is a new one', () => {
  const stack = [edit('1', 'a', 'ab', 0), edit('1', 'ab', 'abc', 900), edit('1', 'abc', 'abcd', 9000)].reduce(
    record,
    emptyStack,
  )
  expect(stack.done.map(([edit]) => [edit?.before, edit?.after])).toEqual([
    ['a', 'abc'],
    ['abc', 'abcd'],
  ])
})

test('a new edit after undo drops what was undone', () => {
  const stack = record(undo(both).stack, edit('3', 'p', 'q', 9000))
  expect(redo(stack).writes).toEqual([])
})

test('an edit that changes nothing is no step', () => {
  expect(record(emptyStack, edit('1', 'a', 'a', 0))).toBe(emptyStack)
})

test('what another person overwrote cannot be undone over them', () => {
  const stack: UndoStack = forget(both, '2')
  expect(undo(stack).writes).toEqual([{ target: '1', text: 'a' }])
})

test('what was changed at several places at once is taken back at once', () => {
  const stack = recordStep(both, [edit('1', 'b', 'a', 5100), edit('2', 'y', 'x', 5100)])
  const back = undo(stack)
  expect(back.writes).toEqual([
    { target: '1', text: 'b' },
    { target: '2', text: 'y' },
  ])
  expect(undo(back.stack).writes).toEqual([{ target: '2', text: 'x' }])
  expect(redo(back.stack).writes).toHaveLength(2)
  expect(undo(forget(stack, '1')).writes).toEqual([{ target: '2', text: 'y' }])
})

test('typing right after a change at several places is a step of its own', () => {
  const stack = recordStep(emptyStack, [edit('1', 'b', 'a', 0), edit('2', 'y', 'x', 0)])
  expect(undo(record(stack, edit('1', 'a', 'c', 100))).writes).toEqual([{ target: '1', text: 'a' }])
})
