/**
 * Attempts on the disk until the database has them: one file a batch, one line an attempt. A line is handed to the
 * operating system before `append` returns, so an end of the process, however sudden, loses none.
 *
 * Knows lines and files, no rows and no database.
 */
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isId } from '../../../lib/ids.ts'

export interface Segment {
  readonly id: string
  append(line: string): void
  /** No more lines come. */
  close(): void
}

export interface Spool {
  /** Begins a file. Throws when the disk does not let it. */
  open(id: string): Segment
  /** The whole lines of a file; none when it is gone. A last line without its end was cut by a crash and is left out. */
  read(id: string): string[]
  remove(id: string): void
  /** Files that nobody has written to for so long: their process is gone or cannot reach the database. */
  abandoned(olderThanMs: number, nowMs: number): string[]
  /** All files here, in bytes. */
  sizeBytes(): number
}

const SUFFIX = '.ndjson'

export const createSpool = (directory: string): Spool => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const pathOf = (id: string): string => join(directory, `${id}${SUFFIX}`)
  const ids = (): string[] =>
    readdirSync(directory)
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
      .filter(isId)
  const stat = (id: string) => statSync(pathOf(id), { throwIfNoEntry: false })
  return {
    open(id) {
      const file = openSync(pathOf(id), 'ax', 0o600)
      return {
        id,
        append: (line) => {
          const bytes = Buffer.from(`${line}\n`)
          // A full disk may take a part; the part without its end is not read, and the line is told as not written.
          if (writeSync(file, bytes) < bytes.length) throw new Error('The disk took only a part of the line')
        },
        close: () => closeSync(file),
      }
    },
    read(id) {
      if (stat(id) === undefined) return []
      const text = readFileSync(pathOf(id), 'utf8')
      return text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .filter((line) => line !== '')
    },
    remove: (id) => rmSync(pathOf(id), { force: true }),
    abandoned: (olderThanMs, nowMs) =>
      ids()
        .filter((id) => nowMs - (stat(id)?.mtimeMs ?? nowMs) > olderThanMs)
        .sort(),
    sizeBytes: () => ids().reduce((sum, id) => sum + (stat(id)?.size ?? 0), 0),
  }
}
