/** One suite for every provider: the same questions, the same expectations, over the real wire of the simulator. */
import { afterEach, describe, expect } from 'vitest'
import { createBench } from './bench.ts'
import type { SuiteInput } from './bench.ts'
import { runAnswers } from './suite-answers.ts'
import { runFailures } from './suite-failures.ts'
import { runOperations } from './suite-operations.ts'

export const runConformance = (input: SuiteInput): void => {
  const bench = createBench(input)
  describe(`${input.declaration.id} (${input.declaration.simulated})`, () => {
    afterEach(() => {
      // Whatever was asked, no key may have reached an address or a body.
      for (const entry of bench.calls())
        expect(JSON.stringify([entry.path, entry.query, entry.body])).not.toContain('test-key')
    })
    runAnswers(bench)
    runFailures(bench)
    runOperations(bench)
  })
}
