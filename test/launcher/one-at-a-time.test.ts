import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const MODULE = join(import.meta.dirname, '../../scripts/launch/one-at-a-time.mjs')

/** Counts in a file how many are inside, and makes `done` at its end. */
const work = (folder: string, holdMs: number): string => `
  import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
  import { oneAtATime } from ${JSON.stringify(MODULE)}
  const [log, done] = ${JSON.stringify([join(folder, 'log'), join(folder, 'done')])}
  await oneAtATime(${JSON.stringify(folder)}, {
    isDone: () => existsSync(done),
    work: async () => {
      appendFileSync(log, 'in\\n')
      await new Promise((resolve) => setTimeout(resolve, ${holdMs}))
      appendFileSync(log, 'out\\n')
      writeFileSync(done, '')
    },
  })`

let folder: string
let children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-'))
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  rmSync(folder, { recursive: true, force: true })
})

const start = (holdMs = 300) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', work(folder, holdMs)], { stdio: 'ignore' })
  children.push(child)
  return { child, exited: once(child, 'exit').then(([code]) => code as number | null) }
}
const log = (): string => (existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : '')

test('of several starts one prepares; the others wait and find it done', async () => {
  const codes = await Promise.all(Array.from({ length: 4 }, () => start().exited))
  expect(codes).toEqual([0, 0, 0, 0])
  expect(log()).toBe('in\nout\n')
  expect(existsSync(join(folder, '.setup.lock'))).toBe(false)
})

test('after kill -9 of the one that prepares, another goes on', async () => {
  const first = start(60_000)
  await expect.poll(log, { timeout: 20_000 }).toBe('in\n')
  const others = [start(), start(), start()]
  first.child.kill('SIGKILL')
  expect(await Promise.all(others.map(({ exited }) => exited))).toEqual([0, 0, 0])
  expect(log()).toBe('in\nin\nout\n')
})

test('a lock whose number belongs to another program now, or that another machine left, is not believed for ever', async () => {
  const path = join(folder, '.setup.lock')
  const old = new Date(Date.now() - 3_600_000)
  for (const host of [hostname(), 'another-machine']) {
    writeFileSync(path, `${process.pid} ${host} 0`)
    utimesSync(path, old, old)
    expect(await start(0).exited).toBe(0)
    rmSync(join(folder, 'done'))
  }
  expect(log()).toBe('in\nout\nin\nout\n')
})
