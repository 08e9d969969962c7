/**
 * `npm run bench:observability`: 10 million attempts in the embedded database, then the time of every page of
 * administrators and the rate of the writer. Steps may be named to run them alone: `-- load pages writer`.
 *
 * BENCH_DIR is where the data is kept between runs (about 6 GB), BENCH_ROWS how many attempts are loaded.
 */
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from './load.ts'
import { askPages } from './pages.ts'
import { measureWriter } from './writer.ts'

const directory = process.env['BENCH_DIR'] ?? join(tmpdir(), 'mp4totext-bench-observability')
const rows = Number(process.env['BENCH_ROWS'] ?? 10_000_000)
const asked = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const steps: Readonly<Record<string, () => Promise<boolean>>> = {
  load: async () => {
    await load({ directory, rows, say })
    return true
  },
  pages: () => askPages(directory, say),
  writer: () => measureWriter(directory, say),
}

mkdirSync(directory, { recursive: true })
let good = true
for (const [name, step] of Object.entries(steps)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  say(`${name}:`)
  good = (await step()) && good
}
process.exit(good ? 0 : 1)
