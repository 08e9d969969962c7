/** Whether a process runs. One that ended stays a zombie until its parent, or the first process of the machine, has looked. */
import { spawnSync } from 'node:child_process'

export const isAlive = (pid: number): boolean =>
  /^[^Z\s]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout)
