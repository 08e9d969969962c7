/** A lane in a thread of its own; answers and attention are moved, not copied. */
import { Worker } from 'node:worker_threads'
import { AppError } from '../../errors.ts'
import type { Lane, LaneOptions } from './lane.ts'

export type LaneTask =
  | { readonly kind: 'encode' | 'detect'; readonly samples: Float32Array }
  | { readonly kind: 'align'; readonly attention: Float32Array; readonly heads: number; readonly frames: number }

export type LaneRequest = { readonly id: number; readonly task: LaneTask } | 'close'

export type LaneAnswer =
  | { readonly id: number; readonly values: Float32Array | Float64Array }
  | { readonly id: number; readonly error: string }

interface Waiting {
  resolve(values: Float32Array | Float64Array): void
  reject(error: AppError): void
}

/** Starts the thread; its model loads while the caller goes on. */
export const createThreadLane = (options: LaneOptions): Lane => {
  const worker = new Worker(new URL('./lane-thread.ts', import.meta.url), { workerData: options })
  const waiting = new Map<number, Waiting>()
  let nextId = 1
  let ended: AppError | undefined
  const failAll = (error: AppError): void => {
    ended ??= error
    for (const each of waiting.values()) each.reject(error)
    waiting.clear()
  }
  worker.on('message', (answer: LaneAnswer) => {
    const each = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (waiting.size === 0) worker.unref()
    if ('values' in answer) each?.resolve(answer.values)
    else
      each?.reject(
        new AppError('speech-engine-crashed', 'A thread of the speech engine failed', {
          details: { reason: answer.error },
        }),
      )
  })
  worker.on('error', (cause) =>
    failAll(new AppError('speech-engine-crashed', 'A thread of the speech engine failed', { cause })),
  )
  worker.on('exit', () => failAll(new AppError('speech-engine-crashed', 'A thread of the speech engine ended')))
  worker.unref()
  const ask = (task: LaneTask, moved: readonly ArrayBuffer[] = []): Promise<Float32Array | Float64Array> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended)
      const id = nextId++
      waiting.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ id, task } satisfies LaneRequest, moved)
    })
  return {
    encode: async (samples) => (await ask({ kind: 'encode', samples })) as Float32Array,
    detect: async (samples) => (await ask({ kind: 'detect', samples })) as Float32Array,
    align: async (attention, heads, frames) =>
      (await ask({ kind: 'align', attention, heads, frames }, [attention.buffer as ArrayBuffer])) as Float64Array,
    // Never `terminate`: ending a thread inside a native run ends the process.
    close: () =>
      new Promise((resolve) => {
        if (ended !== undefined) return resolve()
        worker.ref()
        worker.once('exit', () => resolve())
        worker.postMessage('close' satisfies LaneRequest)
      }),
  }
}
