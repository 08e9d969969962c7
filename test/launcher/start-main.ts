/** The server as an operating-system process, on a free port; what it says is kept. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface MainProcess {
  readonly child: ChildProcess
  /** Its exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>
  /** Where it can be reached, as soon as it says so. Throws what it said instead when it ends before. */
  address(): Promise<string>
  output(): string
}

const root = join(import.meta.dirname, '..', '..')

/** With `ipc` the parent can disconnect, as one that was killed does. */
export const startMain = (
  environment: Readonly<Record<string, string>>,
  stdio: 'pipe' | 'ipc' = 'pipe',
): MainProcess => {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', ...(stdio === 'ipc' ? (['ipc'] as const) : [])],
  })
  let output = ''
  const listen = (chunk: Buffer): void => void (output += chunk.toString())
  child.stdout?.on('data', listen)
  child.stderr?.on('data', listen)
  return {
    child,
    // 'close' also waits for the last output, but never comes after the parent's own disconnect.
    exited: once(child, stdio === 'ipc' ? 'exit' : 'close').then(([code]) => code as number | null),
    async address() {
      for (;;) {
        const found = /running on (http:\/\/\S+)/.exec(output)?.[1]
        if (found !== undefined) return found
        if (child.exitCode !== null) throw new Error(output)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    output: () => output,
  }
}
