import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { SPEECH_MODELS, type SpeechModelRow } from '../speech/catalog.ts'
import { createSpeechModels } from './speech-models.ts'

const paths = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'onnx/encoder_model_quantized.onnx',
  'onnx/decoder_model_merged_quantized.onnx',
]
const content = Buffer.alloc(50_000, 'x')
const tinyRow: SpeechModelRow = {
  name: 'tiny',
  source: { repository: 'speech/whisper-tiny', revision: 'a'.repeat(40) },
  files: paths.map((path) => ({
    path,
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  })),
  variant: 'quantized',
  approximateMemoryBytes: 1,
  description: '',
}
const catalog = SPEECH_MODELS.map((row) => (row.name === 'tiny' ? tinyRow : row))

/** `hold`: the large files stop in their middle; `refuse`: the hub is out of order. */
let mode: 'give' | 'hold' | 'refuse' = 'give'
const hub = createServer((request, response) => {
  if (mode === 'refuse') return void response.writeHead(403).end()
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
  response.writeHead(from > 0 ? 206 : 200)
  if (mode === 'hold' && request.url?.includes('/onnx/'))
    return void response.write(content.subarray(from, from + 1000))
  return void response.end(content.subarray(from))
})

let directory: string
const create = () =>
  createSpeechModels({
    config: {
      speech: {
        modelUrl: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
        model: 'base',
        engine: 'local',
        threads: 1,
        idleMs: 1,
        languages: [],
        memoryLimitBytes: 1,
      },
    },
    places: { shippedDirectory: join(directory, 'shipped'), modelsDirectory: join(directory, 'models') },
    catalog,
    logger: silentLogger,
    signal: new AbortController().signal,
  })

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mp4totext-models-'))
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  hub.closeAllConnections()
  hub.close()
  await rm(directory, { recursive: true, force: true })
})

const tiny = async (models: ReturnType<typeof create>) => (await models.list()).find(({ name }) => name === 'tiny')

test('a download can be stopped, goes on, ends installed, and is removed', async () => {
  const models = create()
  mode = 'hold'
  expect(await models.download('tiny')).toMatchObject({
    installed: false,
    download: { state: 'running', bytesDone: 0, bytesTotal: 250_000 },
  })
  await expect.poll(async () => (await tiny(models))?.download?.bytesDone).toBeGreaterThan(150_000)
  await models.remove('tiny')
  expect((await tiny(models))?.download).toMatchObject({ state: 'paused' })
  const afterRestart = (await tiny(create()))?.download
  expect(afterRestart).toMatchObject({ state: 'paused', bytesTotal: 250_000 })
  expect(afterRestart?.bytesDone).toBeGreaterThan(150_000)

  mode = 'give'
  await models.download('tiny')
  await expect.poll(async () => await tiny(models)).toMatchObject({ installed: true, download: null })
  expect(await models.download('tiny')).toMatchObject({ installed: true, download: null })
  await models.remove('tiny')
  expect(await tiny(models)).toMatchObject({ installed: false, download: null })
})

test('a failed download says why, and can be tried again', async () => {
  const models = create()
  mode = 'refuse'
  await models.download('tiny')
  await expect.poll(async () => (await tiny(models))?.download?.state).toBe('failed')
  expect((await tiny(models))?.download?.error).toContain('403')
  mode = 'give'
  await models.download('tiny')
  await expect.poll(async () => (await tiny(models))?.installed).toBe(true)
  await models.remove('tiny')
})

test('the built-in model stays, and unknown names are told', async () => {
  const models = create()
  await expect(models.remove('base')).rejects.toMatchObject({ code: 'conflict' })
  await expect(models.download('enormous')).rejects.toMatchObject({ code: 'not-found' })
})
