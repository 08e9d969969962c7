/** A process that works on recordings with the real engine, for `kill.test.ts` to kill. Told by one JSON word. */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../src/db/open.ts'
import { createChildEngine } from '../../src/speech/child-engine.ts'
import type { SpeechEngine } from '../../src/speech/engine.ts'
import { createHarness } from './harness.ts'

const { url, dataDirectory, log } = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>

const weights = join(import.meta.dirname, '../../weights')

/** One window at a time, so that there are many moments between two results. */
const engine = createChildEngine({
  model: 'whisper-base',
  whisper: {
    folder: join(weights, 'whisper-base'),
    voiceActivityModel: join(weights, 'silero-vad/silero_vad.onnx'),
    batchSize: 1,
  },
})

/** Writes down each result as it leaves the engine, before anybody stored it. */
const logged: SpeechEngine = {
  ...engine,
  async *recognize(...words) {
    for await (const result of engine.recognize(...words)) {
      appendFileSync(log ?? '', `${result.window.index}\n`)
      yield result
    }
  },
}

const database = await openDatabase({ url: url ?? '' })
const harness = await createHarness(database, { engine: logged, dataDirectory: dataDirectory ?? '' })
await harness.startWorker()
process.stdout.write('ready\n')
