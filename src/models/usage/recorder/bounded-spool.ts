/** The files of one writer's batches, within a limit of the whole folder. A disk that fails is told and never in the way. */
import type { Logger } from '../../../lib/logger.ts'
import type { Segment, Spool } from './spool.ts'

export interface BatchFile {
  /** A line that the disk does not take is kept in memory only, and so are those after it. */
  append(line: string, bytes: number): void
  close(): void
  /** Whether it holds every line. */
  readonly whole: boolean
}

interface Dependencies {
  readonly spool: Spool
  /** Of all files in the folder. */
  readonly maxBytes: number
  readonly logger: Pick<Logger, 'warn'>
}

export const createBoundedSpool = ({ spool, maxBytes, logger }: Dependencies) => {
  let sizeBytes = spool.sizeBytes()
  const onFailure = (error: unknown): null => {
    logger.warn({ error }, 'Records of calls are kept in memory only: the disk does not take them')
    return null
  }

  const open = (id: string): Segment | null => {
    if (sizeBytes >= maxBytes) return null
    try {
      return spool.open(id)
    } catch (error) {
      return onFailure(error)
    }
  }

  const toFile = (segment: Segment): BatchFile => {
    let whole = true
    return {
      append(line, bytes) {
        if (!whole) return
        try {
          segment.append(line)
          sizeBytes += bytes
        } catch (error) {
          // What follows a broken line in its file could not be read again.
          whole = false
          segment.close()
          onFailure(error)
        }
      },
      close() {
        if (whole) segment.close()
      },
      get whole() {
        return whole
      },
    }
  }

  return {
    /** Null: there is no room, or the disk does not let it. */
    begin(id: string): BatchFile | null {
      const segment = open(id)
      return segment && toFile(segment)
    },
    read: (id: string): string[] => spool.read(id),
    remove(id: string, bytes: number): void {
      spool.remove(id)
      sizeBytes = Math.max(0, sizeBytes - bytes)
    },
    /** Files came or went by another hand. */
    measure(): void {
      sizeBytes = spool.sizeBytes()
    },
  }
}
