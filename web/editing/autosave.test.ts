import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAutosave, type SaveAnswer, type SaveState } from './autosave.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const setUp = (answers: (SaveAnswer | Error)[]) => {
  const sent: [Record<string, string>, number][] = []
  const states: SaveState['kind'][] = []
  const autosave = createAutosave({
    delayMs: 800,
    onState: (state) => states.push(state.kind),
    save: async (changes, revision) => {
      sent.push([changes, revision])
      const answer = answers.shift()
      if (answer === undefined) throw new Error('no more answers')
      if (answer instanceof Error) throw answer
      return await Promise.resolve(answer)
    },
  })
  autosave.setRevision(4)
  return { autosave, sent, states }
}

test('keys within the delay become one request with the newest text', async () => {
  const { autosave, sent, states } = setUp([{ kind: 'saved', revision: 5 }])
  autosave.change('1', 'a')
  await vi.advanceTimersByTimeAsync(500)
  autosave.change('1', 'ab')
  autosave.change('2', 'x')
  await vi.advanceTimersByTimeAsync(800)
  expect(sent).toEqual([[{ 1: 'ab', 2: 'x' }, 4]])
  expect(states.at(-1)).toBe('saved')
  expect(autosave.isDirty()).toBe(false)
})

test('what is typed during a request goes out after it, on the new revision', async () => {
  const { autosave, sent } = setUp([
    { kind: 'saved', revision: 5 },
    { kind: 'saved', revision: 6 },
  ])
  autosave.change('1', 'a')
  const first = autosave.flush()
  autosave.change('1', 'b')
  await first
  expect(sent).toEqual([
    [{ 1: 'a' }, 4],
    [{ 1: 'b' }, 5],
  ])
})

test('a failed request keeps the text, and the next try sends it', async () => {
  const { autosave, sent, states } = setUp([new Error('gone'), { kind: 'saved', revision: 5 }])
  autosave.change('1', 'a')
  await autosave.flush()
  expect(states.at(-1)).toBe('failed')
  expect(autosave.isDirty()).toBe(true)
  await autosave.flush()
  expect(sent).toEqual([
    [{ 1: 'a' }, 4],
    [{ 1: 'a' }, 4],
  ])
  expect(autosave.isDirty()).toBe(false)
})

const conflict: SaveAnswer = { kind: 'conflict', conflict: { theirs: { 1: 'theirs' }, revision: 9 } }

test('a conflict stops saving until it is decided; mine is written on their revision', async () => {
  const { autosave, sent, states } = setUp([conflict, { kind: 'saved', revision: 10 }])
  autosave.change('1', 'mine')
  await autosave.flush()
  expect(states.at(-1)).toBe('conflict')
  autosave.change('2', 'more')
  await vi.advanceTimersByTimeAsync(5000)
  expect(sent).toHaveLength(1)
  autosave.resolve('mine')
  await vi.advanceTimersByTimeAsync(0)
  expect(sent[1]).toEqual([{ 1: 'mine', 2: 'more' }, 9])
})

test('taking theirs sends nothing', async () => {
  const { autosave, sent, states } = setUp([conflict])
  autosave.change('1', 'mine')
  await autosave.flush()
  autosave.resolve('theirs')
  expect(sent).toHaveLength(1)
  expect(states.at(-1)).toBe('saved')
  expect(autosave.isDirty()).toBe(false)
})
