/** Finds the programs that npm does not bring, and installs Debian's package where that can be done without asking. */
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as util from 'node:util'
import { runChild } from './child.mjs'
import { findNode } from './node.mjs'
import { oneAtATime } from './one-at-a-time.mjs'
import { say } from './report.mjs'

const isProgram = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const fileOf = (name) => (process.platform === 'win32' ? `${name}.exe` : name)

const onPath = (name) => {
  const file = fileOf(name)
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, file))
    .find(isProgram)
}

const PARSE = `process.stdout.write(JSON.stringify(util.parseEnv(fs.readFileSync(process.argv[1], 'utf8'))))`

/** As the server reads it. Node before 20.12 cannot: the one that the server runs on does it then. */
const readEnvFile = (root, path) =>
  util.parseEnv === undefined
    ? JSON.parse(execFileSync(findNode(root), ['-e', PARSE, path], { encoding: 'utf8' }))
    : util.parseEnv(readFileSync(path, 'utf8'))

/** A setting from the environment or `.env`. */
export const readSetting = (root, key) => {
  const own = process.env[key]
  if (own !== undefined && own !== '') return own
  const path = join(root, '.env')
  return existsSync(path) ? readEnvFile(root, path)[key] || undefined : undefined
}

const PROGRAMS = {
  ffmpeg: {
    setting: 'FFMPEG_PATH',
    names: ['ffmpeg'],
    why: 'ffmpeg reads recordings; nothing works without it.',
    packages: {
      debian: 'ffmpeg',
      fedora: 'ffmpeg-free',
      arch: 'ffmpeg',
      alpine: 'ffmpeg',
      suse: 'ffmpeg',
      darwin: 'ffmpeg',
      win32: 'Gyan.FFmpeg',
    },
  },
  chromium: {
    setting: 'CHROMIUM_PATH',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    why: 'The browser tests drive Chromium.',
    packages: {
      debian: 'chromium',
      fedora: 'chromium',
      arch: 'chromium',
      alpine: 'chromium',
      suse: 'chromium',
      darwin: '--cask chromium',
      win32: 'Google.Chrome',
    },
  },
}

const INSTALL = {
  // A fresh machine has no package lists yet.
  debian: 'apt-get update && apt-get install -y',
  fedora: 'dnf install -y',
  arch: 'pacman -S --noconfirm',
  alpine: 'apk add',
  suse: 'zypper install -y',
  darwin: 'brew install',
  win32: 'winget install',
}

/** Linux installs as root; a small one has no sudo. */
const asRoot = (command) => {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return command
  if (onPath('sudo') === undefined) return `su -c '${command}'`
  return command.replaceAll(/^|(?<=&& )/g, 'sudo ')
}

/** Which of the systems above this is. */
const findSystem = () => {
  if (process.platform !== 'linux') return process.platform in INSTALL ? process.platform : undefined
  if (existsSync('/etc/debian_version')) return 'debian'
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const names = /^ID(?:_LIKE)?=.*/gm
  const ids = (release.match(names) ?? []).join(' ')
  if (/ubuntu|debian/.test(ids)) return 'debian'
  return (
    ['fedora', 'arch', 'alpine', 'suse'].find((system) => ids.includes(system)) ??
    (/rhel|centos/.test(ids) ? 'fedora' : undefined)
  )
}

const canInstall = () => findSystem() === 'debian' && process.getuid?.() === 0 && onPath('apt-get') !== undefined

const apt = (args) =>
  runChild('apt-get', ['-qq', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdout: process.stderr,
  })

const install = async (name, aptPackage) => {
  say(`Installing ${name} (Debian’s package ${aptPackage}) …`)
  // The package lists may be missing, as in a fresh container, or old; installing says which.
  const code = await apt(['update']).then(() => apt(['install', '-y', '--no-install-recommends', aptPackage]))
  if (code !== 0) say(`apt-get ended with ${code}.`)
}

const locate = (root, { setting, names }) => {
  const given = readSetting(root, setting)
  if (given === undefined) return names.map(onPath).find((path) => path !== undefined)
  // The folder of the program will do.
  const found = [given, ...names.map((name) => join(given, fileOf(name)))].find(isProgram)
  if (found !== undefined) return found
  throw new Error(
    `${setting} is ${given}, but there is no program. Correct it, or remove it to use the one on the PATH.`,
  )
}

const adviseOn = (name, { setting, why, packages }) => {
  const system = findSystem()
  const command =
    system === undefined
      ? `install ${name} with your system’s package manager`
      : asRoot(`${INSTALL[system]} ${packages[system]}`)
  return new Error(
    `${name} is missing. ${why}\nInstall it:  ${command}\nor set ${setting} to its path. Then start again.`,
  )
}

/**
 * Path of a program; installs it where we are root on Debian, and otherwise stops with the one command to run.
 * A path that is set may be checked later, by the server, which tells all wrong settings together.
 */
export const ensureProgram = async (root, name, { checkedLater = false } = {}) => {
  const program = PROGRAMS[name]
  if (checkedLater && readSetting(root, program.setting) !== undefined) return readSetting(root, program.setting)
  const found = locate(root, program)
  if (found !== undefined) return found
  if (canInstall()) {
    const isDone = () => locate(root, program) !== undefined
    await oneAtATime(root, { isDone, work: () => install(name, program.packages.debian) })
  }
  const installed = locate(root, program)
  if (installed === undefined) throw adviseOn(name, program)
  return installed
}
