import { expect, test } from 'vitest'
import { follow, startFollow, type FollowEvent } from './follow.ts'

const after = (...events: FollowEvent[]): boolean => events.reduce(follow, startFollow).following

test.each<[FollowEvent[], boolean]>([
  [[], true],
  [['scrolled-by-hand'], false],
  [['scrolled-by-hand', 'sought'], true],
  [['scrolled-by-hand', 'started'], true],
  [['declined', 'sought'], false],
  [['declined', 'started'], false],
  [['declined', 'asked', 'scrolled-by-hand', 'sought'], true],
])('%j', (events, expected) => {
  expect(after(...events)).toBe(expected)
})
