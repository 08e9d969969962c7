/** The checksums of the catalog: there for every file, of places inside the model's folder, and true for what is shipped. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findSpeechModel, SHIPPED_MODEL, SPEECH_MODELS } from './catalog.ts'
import { differingFiles } from './download/pinned-content.ts'

const weights = join(import.meta.dirname, '..', '..', 'weights')

test.each(SPEECH_MODELS)('$name is pinned to a commit, and each of its files to a size and a checksum', (row) => {
  if (row.name === SHIPPED_MODEL) expect(row.source).toBeUndefined()
  else expect(row.source?.revision).toMatch(/^[0-9a-f]{40}$/)
  const names = row.files.map(({ path }) => path)
  const suffix = row.variant === '' ? '' : `_${row.variant}`
  expect(names).toEqual(
    expect.arrayContaining([
      'config.json',
      'generation_config.json',
      'tokenizer.json',
      `onnx/encoder_model${suffix}.onnx`,
      `onnx/decoder_model_merged${suffix}.onnx`,
    ]),
  )
  expect(new Set(names).size).toBe(names.length)
  for (const { path, bytes, sha256 } of row.files) {
    expect(path).toMatch(/^(onnx\/)?[a-z][a-z0-9_]*\.(json|onnx)$/)
    expect(bytes).toBeGreaterThan(1000)
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  }
})

test('the shipped weights are what their checksums say', async () => {
  const files = findSpeechModel(SHIPPED_MODEL)?.files ?? []
  expect(files.length).toBeGreaterThan(4)
  expect(await differingFiles(join(weights, `whisper-${SHIPPED_MODEL}`), files)).toEqual([])
})
