/**
 * Who PostgreSQL runs as. It refuses to run as root, so under root it runs as the owner of an existing cluster or as the
 * system user `postgres`, which is made when it is missing.
 *
 * That user often cannot enter the project, for example below /root. Then it gets the one capability of reading any
 * file, if the system lets us give it; otherwise the start is refused with the path that is in the way.
 */
import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { chownSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { AppError } from '../../errors.ts'

const run = promisify(execFile)

export interface Identity {
  readonly uid: number
  readonly gid: number
  /** A program and its arguments that start another one with the rights of this identity. */
  readonly prefix: readonly string[]
}

const USER = 'postgres'
const READ_ANYTHING = ['dac_read_search', 'dac_override']

const idOf = async (flag: '-u' | '-g', user: string): Promise<number> => Number((await run('id', [flag, user])).stdout)

const createUser = async (): Promise<void> => {
  const commands: [string, string[]][] = [
    ['useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', '--user-group', USER]],
    ['adduser', ['-S', '-D', '-H', USER]],
  ]
  const reasons: string[] = []
  for (const [command, args] of commands) {
    try {
      await run(command, args)
      return
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error))
    }
  }
  throw new AppError(
    'database-unavailable',
    'PostgreSQL does not run as root, and its system user could not be made. Create a user named postgres, start as another user, or set DATABASE_URL',
    { details: { reasons } },
  )
}

const findUser = async (): Promise<{ uid: number; gid: number }> => {
  const read = async () => ({ uid: await idOf('-u', USER), gid: await idOf('-g', USER) })
  return read().catch(async () => {
    await createUser()
    return read()
  })
}

/** Starts a program with an identity's rights, or with our own when there is none. */
export const spawnAs = (
  identity: Identity | undefined,
  file: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess => {
  if (identity === undefined) return spawn(file, args, options)
  const [starter, ...rest] = identity.prefix
  if (starter !== undefined) return spawn(starter, [...rest, file, ...args], options)
  return spawn(file, args, { ...options, uid: identity.uid, gid: identity.gid })
}

const succeeds = (identity: Identity, file: string, args: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawnAs(identity, file, args, { stdio: 'ignore', cwd: '/' })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })

interface Paths {
  /** A program that the identity must be able to start. */
  readonly program: string
  /** A folder that the identity must be able to enter. */
  readonly directory: string
}

const canUse = async (identity: Identity, { program, directory }: Paths): Promise<boolean> =>
  (await succeeds(identity, '/bin/sh', ['-c', 'cd "$0"', directory])) &&
  (await succeeds(identity, program, ['--version']))

const firstClosedParent = async (identity: Identity, { program, directory }: Paths): Promise<string> => {
  for (const path of [directory, dirname(program)]) {
    const parents: string[] = []
    for (let at = path; ; at = dirname(at)) {
      parents.unshift(at)
      if (dirname(at) === at) break
    }
    for (const parent of parents) if (!(await succeeds(identity, '/bin/sh', ['-c', 'cd "$0"', parent]))) return parent
  }
  return program
}

const withCapability = ({ uid, gid }: { uid: number; gid: number }, capability: string): Identity => ({
  uid,
  gid,
  prefix: [
    'setpriv',
    '--reuid',
    String(uid),
    '--regid',
    String(gid),
    '--clear-groups',
    '--inh-caps',
    `+${capability}`,
    '--ambient-caps',
    `+${capability}`,
    // Otherwise access(2), which initdb asks before it starts postgres, does not count the capability.
    '--securebits',
    '+no_setuid_fixup',
  ],
})

/** The identity for a cluster, or undefined when we are not root and PostgreSQL can simply run as we do. */
export const chooseIdentity = async (paths: Paths, clusterOwner: number | undefined): Promise<Identity | undefined> => {
  if (process.getuid?.() !== 0) return undefined
  const owned = clusterOwner !== undefined && clusterOwner !== 0
  const user = owned ? { uid: clusterOwner, gid: clusterOwner } : await findUser()
  const plain: Identity = { ...user, prefix: [] }
  // The folder belongs to the identity before it is tried, as nobody else has business in it.
  chownSync(paths.directory, user.uid, user.gid)
  const candidates = [plain, ...READ_ANYTHING.map((capability) => withCapability(user, capability))]
  for (const candidate of candidates) if (await canUse(candidate, paths)) return candidate
  const closed = await firstClosedParent(plain, paths)
  const mode = (statSync(closed).mode & 0o777).toString(8)
  throw new AppError(
    'database-unavailable',
    `PostgreSQL does not run as root, and the system user it runs as (id ${user.uid}) may not enter ${closed} (mode ${mode}). Move the project and DATA_DIR to a folder that others may enter, for example below /opt or /srv, start as another user, or set DATABASE_URL`,
    { details: { path: closed } },
  )
}
