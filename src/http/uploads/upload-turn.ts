/**
 * One process at a time makes a transcription of an upload, however many are told that its last byte is here.
 *
 * The turn is a time in the upload's row, moved on while the work runs; when the process dies, it runs out.
 */
import type { Clock } from '../../lib/clock.ts'
import type { UploadsStore } from './uploads.store.ts'

const TURN_MS = 30_000
/** Often enough that a missed one does not lose the turn. */
const RENEW_MS = 10_000

type TurnStore = Pick<UploadsStore, 'takeTurn' | 'keepTurn'>

export interface UploadTurn {
  /** Lets the next one have it. */
  end(): Promise<void>
}

/** Undefined while another process is at this upload. */
export const takeTurn = async (uploads: TurnStore, clock: Clock, id: string): Promise<UploadTurn | undefined> => {
  const until = (): Date => new Date(clock.now() + TURN_MS)
  if (!(await uploads.takeTurn(id, new Date(clock.now()), until()))) return undefined
  const ended = new AbortController()
  const renew = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(RENEW_MS, ended.signal)
      // A database that is away for a moment: the next time will do, and the transcription is unique anyway.
      await uploads.keepTurn(id, until()).catch(() => undefined)
    }
  }
  // It only ever ends by our own signal.
  const renewing = renew().catch(() => undefined)
  return {
    async end() {
      ended.abort()
      await renewing
      // Otherwise it runs out by itself.
      await uploads.keepTurn(id, null).catch(() => undefined)
    },
  }
}
