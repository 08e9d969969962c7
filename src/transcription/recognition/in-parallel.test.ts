import { expect, test } from 'vitest'
import { inParallel } from './in-parallel.ts'

const never = new AbortController().signal

test('gives every result once, and never runs more than allowed at a time', async () => {
  let running = 0
  let most = 0
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, item % 3))
    running -= 1
    return item
  }
  const items = Array.from({ length: 20 }, (_, index) => index)
  const results = await Array.fromAsync(inParallel(items, 3, never, work))
  expect(results.toSorted((a, b) => a - b)).toEqual(items)
  expect(most).toBe(3)
})

test('a failure stops the rest and is thrown', async () => {
  const stopped: number[] = []
  const work = (item: number, signal: AbortSignal): Promise<number> =>
    item === 1
      ? Promise.reject(new Error('broken'))
      : new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            stopped.push(item)
            reject(new Error('stopped'))
          }),
        )
  await expect(Array.fromAsync(inParallel([0, 1, 2, 3], 3, never, work))).rejects.toThrow('broken')
  expect(stopped).toEqual([0, 2])
})

test('leaving the loop stops what runs and starts no more', async () => {
  const begun: number[] = []
  const stopped: number[] = []
  const work = (item: number, signal: AbortSignal): Promise<number> => {
    begun.push(item)
    if (item === 0) return Promise.resolve(item)
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        stopped.push(item)
        reject(new Error('stopped'))
      }),
    )
  }
  for await (const _ of inParallel([0, 1, 2, 3, 4], 2, never, work)) break
  expect(stopped).toEqual([1, 2])
  expect(begun).toEqual([0, 1, 2])
})

test('an aborted signal is thrown', async () => {
  await expect(
    Array.fromAsync(inParallel([1], 1, AbortSignal.abort(new Error('gone')), Promise.resolve)),
  ).rejects.toThrow('gone')
})
