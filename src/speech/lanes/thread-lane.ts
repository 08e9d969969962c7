/** A lane in a thread of its own; samples and answers are moved, not copied. */
import { Worker } from 'node:worker_threads'
import { AppError } from '../../errors.ts'
import type { Lane, LaneOptions } from './lane.ts'

export type LaneTask = 'encode' | 'detect'

export type LaneRequest =
  { readonly id: number; readonly task: LaneTask; readonly samples: Float32Array } | { readonly task: 'close' }

export type LaneAnswer =
  { readonly id: number; readonly values: Float32Array } | { readonly id: number; readonly error: string }

interface Waiting {
  resolve(values: Float32Array): void
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
  const ask = (task: LaneTask, samples: Float32Array): Promise<Float32Array> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended)
      const id = nextId++
      waiting.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ id, task, samples } satisfies LaneRequest)
    })
  return {
    encode: (samples) => ask('encode', samples),
    detect: (stretch) => ask('detect', stretch),
    // Never `terminate`: ending a thread inside a native run ends the process.
    close: () =>
      new Promise((resolve) => {
        if (ended !== undefined) return resolve()
        worker.ref()
        worker.once('exit', () => resolve())
        worker.postMessage({ task: 'close' } satisfies LaneRequest)
      }),
  }
}
