/** The data folder: may be written, and has room. */
import { randomUUID } from 'node:crypto'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from './check.ts'

const GIGABYTE = 1e9
const FEW = 5 * GIGABYTE
const TOO_FEW = 0.5 * GIGABYTE

export const checkDisk: Check = async ({ config }) => {
  const { directory } = config.data
  const probe = join(directory, `.doctor-${randomUUID()}`)
  try {
    await writeFile(probe, 'x')
    await rm(probe)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const message = `${directory} cannot be written (${code})`
    return [
      {
        name: 'disk',
        status: 'failed',
        message,
        advice: 'Set DATA_DIR to a folder that may be written, or free space.',
      },
    ]
  }
  const { bavail, bsize } = await statfs(directory)
  const free = bavail * bsize
  const message = `${(free / GIGABYTE).toFixed(1)} GB free in ${directory}`
  if (free >= FEW) return [{ name: 'disk', status: 'ok', message }]
  const advice = 'Free space, or set DATA_DIR to a larger disk.'
  return [{ name: 'disk', status: free < TOO_FEW ? 'failed' : 'warning', message, advice }]
}
