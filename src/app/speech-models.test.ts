import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askedFrom, createModelHub } from '../../test/setup/model-hub.ts'
import { silentLogger } from '../lib/logger.ts'
import { SPEECH_MODELS } from '../speech/catalog.ts'
import { createSpeechModels } from './speech-models.ts'

const paths = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'onnx/encoder_model_quantized.onnx',
  'onnx/decoder_model_merged_quantized.onnx',
]
const content = Buffer.alloc(50_000, 'x')

/** `hold`: the large files stop in their middle; `refuse`: the hub is out of order. */
let mode: 'give' | 'hold' | 'refuse' = 'give'
const hub = createModelHub(Object.fromEntries(paths.map((path) => [path, content])), (path, request, response) => {
  if (mode === 'refuse') response.writeHead(403).end()
  else if (mode === 'hold' && path.startsWith('onnx/')) {
    const from = askedFrom(request)
    response.writeHead(from > 0 ? 206 : 200).write(content.subarray(from, from + 1000))
  } else return false
  return true
})
const catalog = SPEECH_MODELS.map((row) => (row.name === 'tiny' ? hub.model : row))

let modelUrl: string
let directory: string
const create = () =>
  createSpeechModels({
    config: {
      speech: {
        modelUrl,
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
  modelUrl = await hub.open()
})
afterAll(async () => {
  await hub.close()
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
