/** The thread behind thread-lane.ts; not to be imported. */
import { parentPort, workerData } from 'node:worker_threads'
import { createLocalLane, type LaneOptions } from './lane.ts'
import type { LaneAnswer, LaneRequest } from './thread-lane.ts'

const lane = createLocalLane(workerData as LaneOptions)

const answer = async ({ id, task, samples }: Extract<LaneRequest, { id: number }>): Promise<void> => {
  try {
    const ready = await lane
    const values = await (task === 'encode' ? ready.encode(samples) : ready.detect(samples))
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

// One after another: two runs at once would only share the core that this thread has.
let last = Promise.resolve()
parentPort?.on('message', (request: LaneRequest) => {
  last = last.then(() => (request.task === 'close' ? close() : answer(request)))
})
