/** Runs the whole table once. */
import { createSimulator } from '../../simulator/simulator.ts'
import { FAULTS } from './faults.ts'
import { LIMITS_MS, readReference, runCells, type Cell, type Way } from './run-cell.ts'
import { TARGETS } from './targets.ts'

const WAYS: readonly Way[] = ['stream-alone', 'stream-helped', 'plain-helped']
/** Most cells wait for a time limit; more at once would make the machine itself the fault. */
const AT_ONCE = 24
/** Those that keep the processor busy. */
const SLOW_AT_ONCE = 2

export const LIMITS_TEXT = `${LIMITS_MS.firstToken / 1_000} s to the first token, ${LIMITS_MS.gap / 1_000} s between tokens`

export const runAllCells = async (): Promise<Cell[]> => {
  const simulator = createSimulator()
  const { urls } = await simulator.start()
  try {
    const reference = await readReference(urls)
    const cells = WAYS.flatMap((way) =>
      TARGETS.flatMap((target) =>
        FAULTS.filter((spec) => spec.notAt?.[target.name] === undefined).map((spec) => ({ spec, target, way })),
      ),
    )
    const bench = { simulator, urls, reference }
    const quick = await runCells(
      bench,
      cells.filter((cell) => cell.spec.says === undefined),
      AT_ONCE,
    )
    const slow = await runCells(
      bench,
      cells.filter((cell) => cell.spec.says !== undefined),
      SLOW_AT_ONCE,
    )
    return [...quick, ...slow]
  } finally {
    await simulator.close()
  }
}
