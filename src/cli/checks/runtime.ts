/** Node, cores and memory. */
import { totalmem } from 'node:os'
import { availableCores } from '../../speech/cores.ts'
import type { Finding } from './check.ts'

const NEEDED_MAJOR = 24
const GIGABYTE = 1e9
/** The shipped speech model takes about 1 GB while it works, the database and the server the rest. */
const NEEDED_MEMORY = 2 * GIGABYTE

export const checkRuntime = (): Promise<readonly Finding[]> => {
  const major = Number.parseInt(process.versions.node, 10)
  const memory = process.constrainedMemory() || totalmem()
  const bytes = Math.min(memory, totalmem())
  return Promise.resolve([
    {
      name: 'runtime',
      status: major >= NEEDED_MAJOR ? ('ok' as const) : ('failed' as const),
      message: `Node ${process.versions.node} on ${process.platform} ${process.arch}`,
      ...(major < NEEDED_MAJOR && { advice: 'Use npm start or npm run mp4totext, which bring the right one.' }),
    },
    {
      name: 'machine',
      status: bytes >= NEEDED_MEMORY ? ('ok' as const) : ('warning' as const),
      message: `${availableCores()} cores, ${(bytes / GIGABYTE).toFixed(1)} GB of memory`,
      ...(bytes < NEEDED_MEMORY && { advice: 'Long recordings may fail; 2 GB are advised.' }),
    },
  ])
}
