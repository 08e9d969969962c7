/** Runs the table and writes `docs/faults.md`; ends with 1 when a cell is not as it should be. */
import { writeFile } from 'node:fs/promises'
import { LIMITS_TEXT, runAllCells } from './all-cells.ts'
import { rightEndings } from './faults.ts'
import { toPage } from './table.ts'

const startedAtMs = Date.now()
const cells = await runAllCells()
await writeFile(new URL('../../docs/faults.md', import.meta.url), toPage(cells, LIMITS_TEXT))
const wrong = cells.filter(
  (cell) =>
    !rightEndings(cell.fault, cell.target.name, cell.way !== 'stream-alone').some((ending) => ending === cell.ending),
)
for (const cell of wrong)
  console.error(
    `${cell.way} ${cell.fault.fault} at ${cell.target.name}: ${cell.ending} (${cell.attempts.map((one) => one.errorMessage ?? one.outcome).join(' | ')})`,
  )
process.stdout.write(
  `${cells.length} cells, ${wrong.length} wrong, ${Math.round((Date.now() - startedAtMs) / 1_000)} s\n`,
)
// Connections of abandoned calls may linger.
process.exit(wrong.length === 0 ? 0 : 1)
