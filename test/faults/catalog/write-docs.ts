/** Runs 10,000 requests through the trouble, prints the figures and writes `docs/faults-catalog.md`. */
import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { promises, toLines, toPage } from './page.ts'
import { runCatalog } from './run-catalog.ts'
import { openWorld } from './world.ts'

const REQUESTS = 10_000
const DEADLINE_MS = 600_000

export const writeCatalogDocs = async (requests = REQUESTS): Promise<boolean> => {
  const world = await openWorld({ users: 12, sentences: [40, 200, 600], concurrency: 12 })
  const run = await runCatalog(world, requests, DEADLINE_MS)
  process.stdout.write(`${toLines(run).join('\n')}\n`)
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}`
  if (requests === REQUESTS)
    await writeFile(new URL('../../../docs/faults-catalog.md', import.meta.url), toPage(run, machine))
  await world.close()
  return promises(run).every(({ kept }) => kept) && run.requests >= requests
}
