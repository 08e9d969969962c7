/** The settings as texts: the process's environment over the `.env` file, with `NAME_FILE` read where a secret allows it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type { ConfigProblem } from './problem.ts'

export type Texts = Readonly<Record<string, string | undefined>>

export interface Environment {
  readonly texts: Texts
  /** Names that stand in `.env`, where a name that we do not know is surely a mistake. */
  readonly fileKeys: readonly string[]
}

export const readEnvironment = (processEnvironment: Texts, directory: string): Environment => {
  const path = join(directory, '.env')
  const file = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {}
  return { texts: { ...file, ...processEnvironment }, fileKeys: Object.keys(file) }
}

/** An empty or blank text counts as not given, as a compose file cannot leave a name out. */
export const readText = (texts: Texts, key: string): string | undefined => texts[key]?.trim() || undefined

/** The text of a secret, from itself or from the file that `KEY_FILE` names. */
export const readSecret = (texts: Texts, key: string, problems: ConfigProblem[]): string | undefined => {
  const own = readText(texts, key)
  const path = readText(texts, `${key}_FILE`)
  if (path === undefined) return own
  if (own !== undefined) {
    problems.push({ key, advice: `it is given twice, also as ${key}_FILE; keep one` })
    return undefined
  }
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch (error) {
    problems.push({
      key: `${key}_FILE`,
      advice: `the file cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}); correct the path or its rights`,
    })
    return undefined
  }
}
