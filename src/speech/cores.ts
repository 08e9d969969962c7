/** How many cores this process may really use: the smaller of the scheduler's mask and the container's quota. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** Cores granted by a cgroup (version 2, then 1), or `undefined` where there is no limit. `readText` stands in for the file system in tests. */
export const cgroupCores = (readText: (path: string) => string | undefined = read): number | undefined => {
  const [quota, period] = readText('/sys/fs/cgroup/cpu.max')?.split(' ') ?? [
    readText('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'),
    readText('/sys/fs/cgroup/cpu/cpu.cfs_period_us'),
  ]
  const cores = Number(quota) / Number(period)
  return Number.isFinite(cores) && cores > 0 ? cores : undefined
}

/** Whole cores for a thread pool, at least 1. */
export const availableCores = (): number =>
  Math.max(1, Math.min(availableParallelism(), Math.ceil(cgroupCores() ?? Number.POSITIVE_INFINITY)))
