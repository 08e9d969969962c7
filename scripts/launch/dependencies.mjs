/** Installs the packages when they are missing or the lock file has changed, and not otherwise. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './child.mjs'
import { oneAtATime } from './one-at-a-time.mjs'
import { say } from './report.mjs'

const stampPath = (root) => join(root, 'node_modules', '.mp4totext-installed')

const wantedStamp = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex')

const isInstalled = (root, stamp) => existsSync(stampPath(root)) && readFileSync(stampPath(root), 'utf8') === stamp

/** npm as it was called, or the one on the PATH. */
const npmCommand = () => {
  const path = process.env.npm_execpath
  if (path !== undefined && /npm-cli\.js$/.test(path)) return [process.execPath, path]
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm']
}

const install = async (root, stamp) => {
  say('Installing packages (once, and again when they change) …')
  const [file, ...args] = npmCommand()
  const code = await runChild(
    file,
    [
      ...args,
      'ci',
      '--ignore-scripts',
      '--include=dev',
      '--include=optional',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ],
    // npm's messages are for the person, not part of our output.
    { cwd: root, stdout: process.stderr },
  )
  if (code !== 0)
    throw new Error(
      `The packages could not be installed (npm ended with ${code}). Its message stands above; nothing else was changed.`,
    )
  writeFileSync(stampPath(root), stamp)
}

export const ensureDependencies = async (root) => {
  const stamp = wantedStamp(root)
  await oneAtATime(root, { isDone: () => isInstalled(root, stamp), work: () => install(root, stamp) })
}
