import { expect, test } from 'vitest'
import { availableCores, cgroupCores } from './cores.ts'

const files = (content: Record<string, string>) => (path: string) => content[path]

test('the quota of a container is read in both versions', () => {
  expect(cgroupCores(files({ '/sys/fs/cgroup/cpu.max': '150000 100000' }))).toBe(1.5)
  expect(cgroupCores(files({ '/sys/fs/cgroup/cpu.max': 'max 100000' }))).toBeUndefined()
  expect(
    cgroupCores(
      files({ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '200000', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000' }),
    ),
  ).toBe(2)
  expect(
    cgroupCores(
      files({ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000' }),
    ),
  ).toBeUndefined()
  expect(cgroupCores(files({}))).toBeUndefined()
})

test('there is always a core', () => {
  expect(availableCores()).toBeGreaterThanOrEqual(1)
})
