import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { floats, floatTensor, openSession } from '../inference.ts'
import { logMel, MEL_FRAMES, WINDOW_SAMPLES } from './mel.ts'

const readSample = async (): Promise<Float32Array> => {
  const bytes = await readFile(join(import.meta.dirname, '../../../test/fixtures/audio/austen-0880.wav'))
  return Float32Array.from(
    new Int16Array(bytes.buffer.slice(bytes.byteOffset + 44, bytes.byteOffset + 44 + ((bytes.length - 44) & ~1))),
    (value) => value / 32_768,
  )
}

test('our spectrogram equals that of the shipped graph', async () => {
  const samples = await readSample()
  const session = await openSession(join(import.meta.dirname, '../../../weights/whisper-base/onnx/log_mel.onnx'), {
    threads: 1,
  })
  const padded = new Float32Array(WINDOW_SAMPLES)
  padded.set(samples)
  const wanted = floats((await session.run({ waveform: floatTensor(padded, [1, WINDOW_SAMPLES]) }))['input_features'])
  const given = logMel(samples, 80)
  let worst = 0
  for (let index = 0; index < wanted.length; index += 1)
    worst = Math.max(worst, Math.abs((wanted[index] ?? 0) - (given[index] ?? 0)))
  expect(worst).toBeLessThan(1e-3)
  await session.release()
})

test('128 bands have the loudness where 80 have it', async () => {
  const tone = Float32Array.from({ length: 16_000 }, (_, index) => Math.sin((2 * Math.PI * 1000 * index) / 16_000))
  const loudest = (bands: number): number => {
    const mel = logMel(tone, bands)
    expect(mel).toHaveLength(bands * MEL_FRAMES)
    let best = 0
    for (let band = 0; band < bands; band += 1)
      if ((mel[band * MEL_FRAMES + 50] ?? 0) > (mel[best * MEL_FRAMES + 50] ?? 0)) best = band
    return best / bands
  }
  expect(Math.abs(loudest(128) - loudest(80))).toBeLessThan(0.02)
})
