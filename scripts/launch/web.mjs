/** Builds the page when its sources have changed, and not otherwise. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runChild } from './child.mjs'
import { oneAtATime } from './one-at-a-time.mjs'
import { say } from './report.mjs'

/** Everything that the page is made of: its own sources, and those of the server that it imports. */
const SOURCES = ['web', 'src/http/contract', 'src/lib', 'src/errors.ts', 'package-lock.json']

const filesIn = (path) => {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)))
}

const hashOf = (root) => {
  const hash = createHash('sha256')
  const files = SOURCES.flatMap((source) => filesIn(join(root, source)))
  for (const file of files.filter((path) => !/\.test\.tsx?$/.test(path)))
    hash.update(relative(root, file)).update(readFileSync(file))
  return hash.digest('hex')
}

const build = async (root, node) => {
  say('Building the page …')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const code = await runChild(node, [vite, 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'], {
    cwd: root,
    stdout: process.stderr,
  })
  if (code !== 0) throw new Error(`The page could not be built (vite ended with ${code}); its message stands above.`)
}

/** A copy without the page's sources, such as an image, carries the built page. */
export const ensureWeb = async (root, node) => {
  const stamp = join(root, 'dist', 'web', '.built-from')
  if (!existsSync(join(root, 'web', 'index.html'))) return
  const wanted = hashOf(root)
  const isDone = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
  await oneAtATime(root, { isDone, work: () => build(root, node).then(() => writeFileSync(stamp, wanted)) })
}
