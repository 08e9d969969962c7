/** Starts processes that hold a data folder, and cleans up whatever they leave. */
import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from '../setup/is-alive.ts'

export interface Report {
  readonly state: 'ready' | 'failed'
  readonly code?: string
  readonly message?: string
}

export interface Holder {
  readonly report: Report
  kill(): Promise<void>
  stop(): Promise<number>
}

export const waitUntilGone = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await delay(20)
}

export const postgresPid = (folder: string): number =>
  Number.parseInt(readFileSync(join(folder, 'database', 'cluster', 'postmaster.pid'), 'utf8'), 10)

/** By folder: a test that fails halfway leaves its holders to `remove`. */
const running = new Map<string, Set<ChildProcess>>()

const remember = (folder: string, child: ChildProcess): void => {
  const children = running.get(folder) ?? new Set()
  running.set(folder, children.add(child))
  child.once('exit', () => children.delete(child))
}

/** Starts a holder and waits for what it has to say. */
export const hold = async (folder: string, mode: 'exclusive' | 'guest' = 'exclusive'): Promise<Holder> => {
  const child: ChildProcess = fork(join(import.meta.dirname, 'server-process.ts'), [folder, mode], { execArgv: [] })
  const exited = once(child, 'exit')
  remember(folder, child)
  const [report] = (await Promise.race([
    once(child, 'message'),
    exited.then(() => [{ state: 'failed', message: 'it ended without a word' }]),
  ])) as [Report]
  return {
    report,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async stop() {
      child.kill('SIGTERM')
      const [code] = (await exited) as [number]
      return code
    },
  }
}

/** A folder of its own, empty or a copy of another one, and the end of everything that was started on it. */
export const createFolder = (original?: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'mp4totext-launcher-'))
  // Owners must stay: under root the cluster belongs to another user. Node's own copy does not keep them.
  if (original !== undefined) execFileSync('cp', ['-a', `${original}/.`, folder])
  return {
    folder,
    async remove() {
      for (const child of running.get(folder) ?? []) child.kill('SIGKILL')
      running.delete(folder)
      try {
        const pid = postgresPid(folder)
        process.kill(pid, 'SIGQUIT')
        await waitUntilGone(pid)
      } catch {
        // No server was left.
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
