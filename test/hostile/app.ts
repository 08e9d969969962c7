/** The whole application in this process, on a database of its own, with a guard that no connection leaves the machine. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { loadConfig, projectDirectory } from '../../src/config.ts'
import { cookiesOf, PASSWORD } from '../http/harness.ts'
import { createTestDatabase } from '../setup/database.ts'

export interface RunningApp {
  readonly url: string
  readonly directory: string
  /** Addresses outside this machine that something tried to reach. */
  readonly outside: readonly string[]
  fetch(path: string, options?: RequestInit): Promise<Response>
  close(): Promise<void>
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/

/** Every TCP connection of this process goes through one function; one that would leave is noted and refused. */
const guardNetwork = (outside: string[]): (() => void) => {
  const connect = Socket.prototype.connect
  Socket.prototype.connect = function (this: Socket, ...words: unknown[]) {
    const [first] = (Array.isArray(words[0]) ? words[0] : words) as unknown[]
    const target = first as { host?: string; path?: string; port?: number } | undefined
    const host = typeof target === 'object' ? target.host : undefined
    if (host !== undefined && !target?.path && !LOOPBACK.test(host)) {
      outside.push(`${host}:${target?.port}`)
      process.nextTick(() => this.destroy(new Error(`No connection may leave: ${host}`)))
      return this
    }
    return Reflect.apply(connect, this, words) as Socket
  }
  return () => {
    Socket.prototype.connect = connect
  }
}

export const startApp = async (): Promise<RunningApp> => {
  const directory = await mkdtemp(join(tmpdir(), 'mp4totext-app-'))
  const database = await createTestDatabase()
  const outside: string[] = []
  const release = guardNetwork(outside)
  const app = await createApp(
    await loadConfig({
      directory: projectDirectory,
      environment: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: '0',
        DATA_DIR: directory,
        DATABASE_URL: database.connectionString,
        LOG_LEVEL: 'silent',
        REQUESTS_PER_MINUTE: '100000',
      },
    }),
  )
  const { address } = await app.start()
  const signUp = await fetch(`${address}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'A', email: 'a@example.org', password: PASSWORD }),
  })
  const cookie = cookiesOf(signUp.headers)
  return {
    url: address,
    directory,
    outside,
    fetch: (path, options = {}) =>
      fetch(address + path, { ...options, headers: { ...(options.headers as object), cookie } }),
    async close() {
      await app.close()
      await database.close()
      release()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Makes a file with ffmpeg; fails loudly, so that no test runs on a file that was not made. */
export const ffmpeg = (...words: string[]): void => {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...words], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ffmpeg ${words.join(' ')}: ${stderr}`)
}
