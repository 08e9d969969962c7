/** Finds the Node that runs the program. What is in this folder itself runs on Node 20, and so on any machine. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const NEEDED_MAJOR = 24

const majorOf = (version) => Number.parseInt(version.replace(/^v/, ''), 10)

const versionOf = (path) => {
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'v0'
  }
}

/** Path of a Node that is new enough: the one npm brought, or the running one. Throws with what to install. */
export const findNode = (root) => {
  const brought = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(brought) && majorOf(versionOf(brought)) >= NEEDED_MAJOR) return brought
  if (majorOf(process.version) >= NEEDED_MAJOR) return process.execPath
  const how =
    process.platform === 'darwin'
      ? 'brew install node@24 (or the installer from nodejs.org)'
      : process.platform === 'win32'
        ? 'winget install OpenJS.NodeJS.LTS (or the installer from nodejs.org)'
        : 'your system’s package of Node 24, or the one from nodejs.org'
  throw new Error(
    `Node ${NEEDED_MAJOR} or later is needed; this is ${process.version}, and npm brings none for ${process.platform}-${process.arch}.\nInstall it: ${how}`,
  )
}
