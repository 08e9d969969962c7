/**
 * Completes `package-lock.json` after `npm install`: `node scripts/complete-lock.mjs`; with `--check` it only tells.
 *
 * npm leaves out optional packages for other systems when the registry cannot name them at that moment, and `npm ci` then
 * refuses the lock everywhere. The entries are written from what their parent says. They carry no integrity, and are
 * looked at only on the system they are for.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const path = join(import.meta.dirname, '..', 'package-lock.json')
const lock = JSON.parse(readFileSync(path, 'utf8'))

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix']
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x']

/** Where Node would find `name` from the package at `parent`. */
const findEntry = (parent, name) => {
  for (let folder = parent; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    const place = `${folder}/node_modules/${name}`
    if (place in lock.packages) return place
    if (!folder.includes('/node_modules/'))
      return `node_modules/${name}` in lock.packages ? `node_modules/${name}` : undefined
  }
}

const toEntry = (name, version, parent) => {
  const words = name.split(/[-/]/)
  const system = SYSTEMS.find((each) => words.includes(each))
  const processor = PROCESSORS.find((each) =>
    words.some((word) => word === each || (each === 'arm' && /^(armv?\d|arm-)/.test(word))),
  )
  if (system === undefined || processor === undefined || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`${name}@${version} is missing from the lock, and its name does not tell what it is for`)
  }
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined
  return {
    version,
    cpu: [processor],
    ...(parent.dev && { dev: true }),
    ...(libc && { libc }),
    optional: true,
    os: [system],
  }
}

const added = {}
for (const [place, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (findEntry(place, name) === undefined) added[`node_modules/${name}`] = toEntry(name, version, entry)
  }
}

const names = Object.keys(added)
if (names.length === 0) console.log('The lock is complete.')
else if (process.argv.includes('--check')) {
  console.log(`Missing from the lock: ${names.join(', ')}. Run node scripts/complete-lock.mjs.`)
  process.exitCode = 1
} else {
  const all = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en'))
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(all) }, null, 2)}\n`)
  console.log(`Added: ${names.join(', ')}`)
}
