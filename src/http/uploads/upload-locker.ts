/**
 * One writer an upload, within this process.
 *
 * A newcomer asks the holder to let go, as it is mostly the same client whose earlier connection died unnoticed, and
 * waits in line without turning.
 */
import type { Lock, Locker, RequestRelease } from '@tus/server'
import { AppError } from '../../errors.ts'

const LONGEST_WAIT_MS = 30_000

interface Held {
  requestRelease: RequestRelease
  readonly waiting: (() => void)[]
}

export const createUploadLocker = (): Locker => {
  const locks = new Map<string, Held>()

  const waitForTurn = (held: Held, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)])
      const onTurn = (): void => {
        limit.removeEventListener('abort', onGiveUp)
        resolve()
      }
      const onGiveUp = (): void => {
        held.waiting.splice(held.waiting.indexOf(onTurn), 1)
        reject(new AppError('conflict', 'This upload is being written to by another request', { retryAfterMs: 1000 }))
      }
      held.waiting.push(onTurn)
      limit.addEventListener('abort', onGiveUp, { once: true })
    })

  const newLock = (id: string): Lock => ({
    async lock(signal, requestRelease) {
      const held = locks.get(id)
      if (held === undefined) {
        locks.set(id, { requestRelease, waiting: [] })
        return
      }
      await held.requestRelease()
      await waitForTurn(held, signal)
      held.requestRelease = requestRelease
    },
    unlock() {
      const held = locks.get(id)
      const next = held?.waiting.shift()
      if (next === undefined) locks.delete(id)
      else next()
      return Promise.resolve()
    },
  })
  return { newLock }
}
