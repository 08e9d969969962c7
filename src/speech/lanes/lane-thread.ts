/** The thread behind thread-lane.ts; not to be imported. */
import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { basename } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { freeNow } from '../inference.ts'
import { createLocalLane, type Lane, type LaneOptions } from './lane.ts'
import type { LaneAnswer, LaneRequest, LaneTask } from './thread-lane.ts'

/** Decoding takes longest and has one thread; this one and the threads it starts compute with what is left of the cores. */
const LESS_THAN_DECODING = 10
const LOWEST_PRIORITY = 19

const yieldToDecoding = (): void => {
  try {
    const thread = Number(basename(readlinkSync('/proc/thread-self')))
    setPriority(thread, Math.min(LOWEST_PRIORITY, getPriority(thread) + LESS_THAN_DECODING))
  } catch {
    // Only Linux has priorities by thread; elsewhere the threads share the cores evenly.
  }
}

yieldToDecoding()
const lane = createLocalLane(workerData as LaneOptions)

const perform = (ready: Lane, task: LaneTask): Promise<Float32Array | Float64Array> =>
  task.kind === 'align' ? ready.align(task.attention, task.heads, task.frames) : ready[task.kind](task.samples)

const answer = async ({ id, task }: Exclude<LaneRequest, 'close'>): Promise<void> => {
  try {
    const values = await perform(await lane, task)
    freeNow(task.kind === 'align' ? task.attention : task.samples)
    parentPort?.postMessage({ id, values } satisfies LaneAnswer, [values.buffer as ArrayBuffer])
  } catch (thrown) {
    parentPort?.postMessage({
      id,
      error: thrown instanceof Error ? thrown.message : String(thrown),
    } satisfies LaneAnswer)
  }
}

const close = async (): Promise<void> => {
  await (await lane).close()
  parentPort?.close()
}

// One after another: two runs at once would only share the cores that this thread has.
let last = Promise.resolve()
parentPort?.on('message', (request: LaneRequest) => {
  last = last.then(() => (request === 'close' ? close() : answer(request)))
})
