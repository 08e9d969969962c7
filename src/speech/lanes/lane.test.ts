import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findWhisperFiles } from '../whisper/model-files.ts'
import { createLocalLane } from './lane.ts'

const weights = join(import.meta.dirname, '../../../weights')

test('two windows given at once are encoded each from its own sound', { timeout: 60_000 }, async () => {
  const lane = await createLocalLane({
    files: await findWhisperFiles(join(weights, 'whisper-base')),
    settings: { frames: 1500, width: 512, melBands: 80, encoderHeads: 8 },
    voiceActivityModel: join(weights, 'silero-vad/silero_vad.onnx'),
    threads: 1,
  })
  const tone = (step: number) => Float32Array.from({ length: 16_000 }, (_, at) => Math.sin(at * step) / 2)
  const alone = [await lane.encode(tone(0.1)), await lane.encode(tone(0.3))]
  const together = await Promise.all([lane.encode(tone(0.1)), lane.encode(tone(0.3))])
  expect(together.map((hidden) => hidden.slice(0, 50))).toEqual(alone.map((hidden) => hidden.slice(0, 50)))
  await lane.close()
})
