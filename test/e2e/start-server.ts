/** The real server as a process of its own, with its own data folder and a database of the test run. */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const root = join(import.meta.dirname, '../..')
const startWithinMs = 90_000

export interface RunningServer {
  readonly address: string
  /** Everything it wrote, for the message of a failed test. */
  log(): string
  stop(): Promise<void>
  /** Ends it, and starts it again on the same port and data once `during` is over. */
  away(during: () => Promise<void>): Promise<void>
  /** Kills it at once, as the power does, and starts it again on the same port and data. */
  crash(): Promise<void>
}

/**
 * Below the ports that systems give to connections on their way out: one of those could take the server's place while it
 * is away. Another listener may have it; the server says so, and gets another one.
 */
const choosePort = (): number => randomInt(20_000, 32_000)
const isTaken = (error: unknown): boolean => String(error).includes('EADDRINUSE')

const isReady = async (address: string): Promise<boolean> => {
  try {
    return (await fetch(`${address}/readyz`)).ok
  } catch {
    return false
  }
}

/** By its own word and by its answer: at its port another listener may answer in its place. */
const untilReady = async (address: string, child: ChildProcess, said: () => string): Promise<void> => {
  const endMs = Date.now() + startWithinMs
  while (!said().includes('is running on') || !(await isReady(address))) {
    if (child.exitCode !== null || Date.now() > endMs) throw new Error(`The server did not start:\n${said()}`)
    await wait(150)
  }
}

const end = async (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill(signal)
  await exit
}

export const startServer = async (databaseUrl: string, env: Record<string, string> = {}): Promise<RunningServer> => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'mp4totext-e2e-'))
  let port = choosePort()
  let output = ''
  const log = (): string => output.slice(-20_000)
  const launch = async (): Promise<ChildProcess> => {
    output = ''
    const child = spawn(process.execPath, [join(root, 'src/main.ts')], {
      cwd: root,
      env: {
        ...process.env,
        DATA_DIR: dataDirectory,
        DATABASE_URL: databaseUrl,
        HOST: 'localhost',
        PORT: String(port),
        // One browser here stands for many people: the limit for one user is tested elsewhere.
        REQUESTS_PER_MINUTE: '100000',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output += data.toString()
      })
    }
    try {
      await untilReady(`http://localhost:${port}`, child, log)
    } catch (error) {
      await end(child)
      throw error
    }
    return child
  }
  const clear = async (): Promise<void> => await rm(dataDirectory, { recursive: true, force: true })
  const launchSomewhere = async (): Promise<ChildProcess> => {
    for (let left = 10; ; left -= 1) {
      try {
        return await launch()
      } catch (error) {
        if (left === 0 || !isTaken(error)) throw error
        port = choosePort()
      }
    }
  }
  let child = await launchSomewhere().catch(async (error: unknown) => {
    await clear()
    throw error
  })
  return {
    address: `http://localhost:${port}`,
    log,
    stop: async () => {
      await end(child)
      await clear()
    },
    away: async (during) => {
      await end(child)
      try {
        await during()
      } finally {
        child = await launch()
      }
    },
    crash: async () => {
      await end(child, 'SIGKILL')
      child = await launch()
    },
  }
}
