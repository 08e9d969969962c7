import { expect, test } from 'vitest'
import { alignTokens } from './align.ts'

test('tokens begin where their attention is', () => {
  const frames = 100
  const places = [5, 30, 50, 90]
  const attention = Float32Array.from(
    { length: places.length * frames },
    (_, at) => Math.exp(-(((at % frames) - (places[Math.floor(at / frames)] ?? 0)) ** 2) / 18) + 1e-4,
  )
  const begins = alignTokens(attention, 1, frames)
  expect([...begins].slice(0, 1)).toEqual([0])
  places.slice(1).forEach((place, index) => {
    // A token begins between its neighbour's centre and its own.
    expect(begins[index + 1]).toBeGreaterThan((places[index] ?? 0) / 50)
    expect(begins[index + 1]).toBeLessThan(place / 50)
  })
  expect(begins[4]).toBe(2)
})

test('two heads and a single frame are no trouble', () => {
  expect([...alignTokens(Float32Array.of(1, 1, 1, 1), 2, 1)]).toEqual([0, 0, 0.02])
})
