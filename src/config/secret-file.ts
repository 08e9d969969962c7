/** Secrets that nobody chose: made once, kept in the data directory, readable by its owner alone. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../errors.ts'

const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined

const makeDirectory = (directory: string): void => {
  try {
    mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST') return
    throw new AppError(
      code === 'ENOSPC' ? 'disk-full' : 'config-invalid',
      `${directory} cannot be made (${code}); DATA_DIR must be a folder that may be written`,
      { cause: error },
    )
  }
}

/** The secret of that name; made if it is not there. Two processes that make it at once get the same one. */
export const ensureSecret = (dataDirectory: string, name: string): string => {
  const directory = join(dataDirectory, 'secrets')
  const path = join(directory, name)
  makeDirectory(directory)
  try {
    writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600, flush: true })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  const secret = readFileSync(path, 'utf8').trim()
  if (secret.length < 32)
    throw new AppError(
      'config-invalid',
      `${path} is damaged: it holds no secret. Remove it to have a new one made; everyone must then sign in again`,
    )
  return secret
}
