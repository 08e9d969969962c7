/** Removes what nobody will finish: expired uploads with their bytes, and files that no row knows. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../lib/clock.ts'
import type { UploadsStore } from './uploads.store.ts'

/** Younger files may belong to a request that is under way. */
const ORPHAN_AGE_MS = 24 * 3_600_000

interface Dependencies {
  readonly directory: string
  readonly uploads: UploadsStore
  readonly clock: Clock
}

const sweepExpired = async ({ directory, uploads, clock }: Dependencies): Promise<number> => {
  const expired = await uploads.findExpired(new Date(clock.now()), 500)
  for (const { id } of expired) {
    await rm(join(directory, id), { force: true })
    await rm(join(directory, `${id}.json`), { force: true })
    await uploads.remove(id)
  }
  return expired.length
}

const sweepOrphans = async ({ directory, uploads, clock }: Dependencies): Promise<number> => {
  const names = await readdir(directory).catch(() => [])
  const known = await uploads.known(names.map((name) => name.replace(/\.json$/, '')))
  let removed = 0
  for (const name of names) {
    if (known.has(name.replace(/\.json$/, ''))) continue
    const file = await stat(join(directory, name)).catch(() => undefined)
    if (file === undefined || !file.isFile() || clock.now() - file.mtimeMs < ORPHAN_AGE_MS) continue
    await rm(join(directory, name), { force: true })
    removed += 1
  }
  return removed
}

/** How many uploads and stray files were removed. */
export const sweepUploads = async (deps: Dependencies): Promise<number> =>
  (await sweepExpired(deps)) + (await sweepOrphans(deps))
