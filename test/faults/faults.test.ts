import { beforeAll, describe, expect, test } from 'vitest'
import { ERRORS } from '../../src/errors.ts'
import { runAllCells } from './all-cells.ts'
import { FAULTS, rightEndings } from './faults.ts'
import type { Cell } from './run-cell.ts'
import { TARGETS } from './targets.ts'

let cells: readonly Cell[] = []
beforeAll(async () => {
  cells = await runAllCells()
}, 300_000)

const name = (cell: Cell): string => `${cell.way} ${cell.fault.fault} at ${cell.target.name}`
const made = (cell: Cell) => cell.attempts.filter((attempt) => attempt.outcome !== 'skipped')

test('the table is as large as promised', () => {
  expect(TARGETS.length).toBeGreaterThanOrEqual(8)
  expect(FAULTS.length).toBeGreaterThanOrEqual(25)
  const left = FAULTS.reduce((sum, spec) => sum + Object.keys(spec.notAt ?? {}).length, 0)
  expect(cells).toHaveLength(3 * (TARGETS.length * FAULTS.length - left))
})

test('every failure has its true class, and another target makes good what it can', () => {
  const wrong = cells
    .filter(
      (cell) =>
        !rightEndings(cell.fault, cell.target.name, cell.way !== 'stream-alone').some((one) => one === cell.ending),
    )
    .map(
      (cell) =>
        `${name(cell)}: ${cell.ending} (${cell.attempts.map((one) => one.errorMessage ?? one.outcome).join(' | ')})`,
    )
  expect(wrong).toEqual([])
})

test('nothing that is not whole ends as a success without saying so', () => {
  expect(cells.filter((cell) => cell.ending === 'wrong-text').map(name)).toEqual([])
  for (const cell of cells) {
    if (cell.ending === 'cut') expect(cell.notes, name(cell)).toContain('truncated')
    if (cell.ending === 'whole') expect(cell.finishReason, name(cell)).not.toBe('length')
  }
})

test('every call that is told was made, and no other', () => {
  for (const cell of cells) {
    const reached = made(cell).filter((attempt) => !(cell.fault.closedPort && attempt.provider === cell.target.name))
    expect(cell.seen.length, name(cell)).toBe(reached.length)
  }
})

test('no request makes more calls than its class allows', () => {
  for (const cell of cells) {
    const own = made(cell).filter((attempt) => attempt.provider === cell.target.name)
    const first = own[0]?.errorCode ?? null
    const again = first !== null && ERRORS[first].retry === 'same-target'
    expect(own.length, name(cell)).toBeLessThanOrEqual(again || cell.fault.fault === 'unsupported-parameter' ? 2 : 1)
  }
})

test('a provider that stays silent is let go: its connection is closed and it is not asked again', () => {
  const silent = cells.filter((cell) => cell.attempts.some((attempt) => /within \d/.test(attempt.errorMessage ?? '')))
  expect(silent.length).toBeGreaterThan(TARGETS.length * 3)
  for (const cell of silent) {
    const left = cell.seen.filter((one) => one.provider === cell.target.simulated && one.clientAbortedAtMs !== null)
    expect(left.length, name(cell)).toBeGreaterThan(0)
  }
})

describe('joined streams', () => {
  test('a stream that broke in the middle was continued by the other and is whole', () => {
    for (const fault of ['stall', 'cut', 'reset-mid-stream', 'error-event']) {
      for (const target of TARGETS) {
        const cell = cells.find(
          (one) => one.way === 'stream-helped' && one.fault.fault === fault && one.target === target,
        )
        expect(cell?.ending, `${fault} at ${target.name}`).toBe('whole')
        expect(cell?.notes, `${fault} at ${target.name}`).toContain('continued')
      }
    }
  })
})

test('refused content is told with the provider’s words and its cost, and nobody else is asked', () => {
  const refused = cells.filter((cell) => cell.fault.fault === 'refusal' && cell.ending === 'content-refused')
  expect(refused).toHaveLength(3 * (TARGETS.length - 1))
  for (const cell of refused) {
    expect(made(cell), name(cell)).toHaveLength(1)
    expect(cell.attempts[0]?.costMicrocents, name(cell)).toBeGreaterThan(0)
    expect(cell.attempts[0]?.errorMessage, name(cell)).toMatch(/can’t help|declined|SAFETY/)
  }
})
