import { expect, test } from 'vitest'
import { isSingleKey, matchesShortcut } from './command.ts'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

test.each([
  ['mod+k', press('k', { ctrlKey: true }), true],
  ['mod+k', press('k', { metaKey: true }), true],
  ['mod+k', press('k'), false],
  ['mod+z', press('z', { ctrlKey: true, shiftKey: true }), false],
  ['mod+shift+z', press('Z', { ctrlKey: true, shiftKey: true }), true],
  ['?', press('?', { shiftKey: true }), true],
  ['?', press('?'), true],
  ['space', press(' '), true],
  ['left', press('ArrowLeft'), true],
  ['e', press('e', { altKey: true }), false],
  ['e', press('E', { shiftKey: true }), false],
])('%s', (shortcut, pressed, expected) => {
  expect(matchesShortcut(shortcut, pressed)).toBe(expected)
})

test('shortcuts of one key can be told apart', () => {
  expect(['j', 'shift+n', 'mod+k'].map(isSingleKey)).toEqual([true, true, false])
})
