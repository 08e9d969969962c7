/**
 * Runs the table and writes `docs/faults.md`; ends with 1 when a cell is not as it should be. With `--catalog`, runs 10,000
 * requests through a catalog in trouble instead, see `catalog/`; `--catalog=500` runs fewer and writes nothing.
 */
import { writeFile } from 'node:fs/promises'
import { LIMITS_TEXT, runAllCells } from './all-cells.ts'
import { rightEndings } from './faults.ts'
import { toPage } from './table.ts'

const catalog = process.argv.find((word) => /^--catalog(=\d+)?$/.test(word))
if (catalog !== undefined) {
  const { writeCatalogDocs } = await import('./catalog/write-docs.ts')
  const count = Number(catalog.split('=')[1] ?? NaN)
  process.exit((await writeCatalogDocs(...(Number.isNaN(count) ? [] : [count]))) ? 0 : 1)
}

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
