/** Two starts at once must not install into one folder together: the second waits for the first and finds it done. */
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from './report.mjs'

const POLL_MS = 200
/** The holder says so often that it lives; one that has been silent for much longer is gone. */
const BEAT_MS = 5_000
const SILENT_MS = 60_000

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Undefined when there is no lock. */
const readHolder = (path) => {
  try {
    const text = readFileSync(path, 'utf8')
    const [pid, host] = text.split(' ')
    const silentMs = Date.now() - statSync(path).mtimeMs
    // A process of another machine or container cannot be seen from here, only heard.
    const dead = host === hostname() && !isAlive(Number(pid))
    return { text, pid, gone: silentMs > SILENT_MS || (text !== '' && dead) }
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Another waiter may have been faster, and the lock be a live one by now: then it is put back. */
const removeLeft = (path, text) => {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    if (readFileSync(aside, 'utf8') !== text) linkSync(aside, path)
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

const take = (path, text) => {
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

const waitForLock = async (path, text) => {
  let told = false
  while (!take(path, text)) {
    const holder = readHolder(path)
    if (holder?.gone) removeLeft(path, holder.text)
    else if (holder !== undefined) {
      if (!told) say(`Waiting for another start that is preparing this folder (process ${holder.pid}) …`)
      told = true
      await sleep(POLL_MS)
    }
  }
}

/** Does the work unless it is done, while no other process does it in the same folder. */
export const oneAtATime = async (folder, { isDone, work }) => {
  if (isDone()) return
  const path = join(folder, '.setup.lock')
  const text = `${process.pid} ${hostname()} ${Date.now()}`
  await waitForLock(path, text)
  const beat = setInterval(() => utimesSync(path, new Date(), new Date()), BEAT_MS)
  try {
    if (!isDone()) await work()
  } finally {
    clearInterval(beat)
    rmSync(path, { force: true })
  }
}
