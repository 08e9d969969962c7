import { existsSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askedFrom, createModelHub, type HubAnswer } from '../../../test/setup/model-hub.ts'
import { downloadSpeechModel } from './download-model.ts'

const contents: Record<string, Buffer> = {
  'config.json': Buffer.from('{}'),
  'generation_config.json': Buffer.from('{"a":1}'),
  'tokenizer.json': Buffer.from('{"b":2}'),
  'onnx/encoder_model_quantized.onnx': Buffer.alloc(300_000, 'encoder'),
  'onnx/decoder_model_merged_quantized.onnx': Buffer.alloc(500_000, 'decoder'),
}
const total = Object.values(contents).reduce((sum, each) => sum + each.length, 0)

let folder = ''
let baseUrl = ''
let requests: string[] = []
let special: HubAnswer = () => false
const hub = createModelHub(contents, (path, request, response) => {
  requests.push(`${path} ${request.headers.range ?? ''}`.trim())
  return special(path, request, response)
})
const { model } = hub
const { repository, revision } = hub.source

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'))
  baseUrl = await hub.open()
  requests = []
  special = () => false
})
afterEach(async () => {
  await hub.close()
  await rm(folder, { recursive: true, force: true })
})

const download = (
  options: { signal?: AbortSignal; onProgress?: (done: number, of: number) => void } = {},
): Promise<string> =>
  downloadSpeechModel('tiny', {
    directory: folder,
    baseUrl,
    models: [model],
    signal: new AbortController().signal,
    waitMs: 1,
    ...options,
  })

const expectWhole = async (): Promise<void> => {
  for (const [path, content] of Object.entries(contents))
    expect((await readFile(join(folder, 'whisper-tiny', path))).equals(content)).toBe(true)
  expect(existsSync(join(folder, 'whisper-tiny.part'))).toBe(false)
}

/** Until some of a file is on the disk: what was only sent is lost with the line. */
const untilKept = async (path: string): Promise<void> => {
  const part = join(folder, 'whisper-tiny.part', `${path}.part`)
  await expect.poll(() => existsSync(part) && statSync(part).size).toBeGreaterThan(0)
}

/** Sends half of a large file and cuts the line. */
const cutLine: HubAnswer = (path, request, response) => {
  const content = contents[path]
  if (content === undefined || !path.startsWith('onnx/') || request.headers.range !== undefined) return false
  response.writeHead(200, { 'content-length': content.length })
  response.write(content.subarray(0, content.length / 2))
  void untilKept(path).finally(() => response.destroy())
  return true
}

test('a model comes whole from its commit, with progress, and nothing else is asked for', async () => {
  const seen: [number, number][] = []
  expect(await download({ onProgress: (done, of) => seen.push([done, of]) })).toBe(join(folder, 'whisper-tiny'))
  await expectWhole()
  expect(seen.at(-1)).toEqual([total, total])
  expect(requests).toEqual(Object.keys(contents))
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'whisper-tiny', 'manifest.json'), 'utf8'))
  expect(manifest).toEqual({ repository, revision, files: model.files })
})

test('a cut line goes on where it was', async () => {
  special = cutLine
  await download()
  await expectWhole()
  expect(requests.filter((request) => /bytes=\d+-/.test(request))).toHaveLength(2)
})

test('a server that cannot go on begins again', async () => {
  special = (path, request, response) => {
    if (cutLine(path, request, response)) return true
    response.end(contents[path])
    return true
  }
  await download()
  await expectWhole()
})

test('a cancelled download leaves no half model, and the next one goes on', async () => {
  const controller = new AbortController()
  const work = download({ signal: controller.signal, onProgress: (done) => done > 100_000 && controller.abort() })
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
  expect(existsSync(join(folder, 'whisper-tiny'))).toBe(false)
  requests = []
  await download()
  await expectWhole()
  expect(requests).not.toContain('config.json')
})

test('wrong bytes are asked for once more and then refused', async () => {
  special = (path, _request, response) => {
    if (path !== 'onnx/encoder_model_quantized.onnx') return false
    response.end(Buffer.alloc(300_000, 'x'))
    return true
  }
  await expect(download()).rejects.toMatchObject({
    code: 'speech-download-failed',
    details: { file: 'onnx/encoder_model_quantized.onnx' },
  })
  expect(requests.filter((request) => request.startsWith('onnx/encoder'))).toHaveLength(2)
  expect(existsSync(join(folder, 'whisper-tiny'))).toBe(false)
})

test('more bytes than promised are refused', async () => {
  special = (path, _request, response) => {
    if (path !== 'config.json') return false
    response.end(Buffer.alloc(5000))
    return true
  }
  await expect(download()).rejects.toMatchObject({ code: 'speech-download-failed' })
})

test.each([404, 403, 503])('an answer of %i is told', async (status) => {
  special = (_path, _request, response) => {
    response.writeHead(status).end()
    return true
  }
  await expect(download()).rejects.toMatchObject({ code: 'speech-download-failed', details: { status } })
})

test.each(['honours ranges', 'ignores ranges'])(
  'a file that is too short is refused by a server that %s',
  async (kind) => {
    const short = Buffer.alloc(1000, 's')
    special = (path, request, response) => {
      if (path !== 'onnx/encoder_model_quantized.onnx') return false
      const from = askedFrom(request)
      if (kind === 'ignores ranges' || from === 0) response.end(short)
      else response.writeHead(416).end()
      return true
    }
    await expect(download()).rejects.toMatchObject({
      code: 'speech-download-failed',
      details: { file: 'onnx/encoder_model_quantized.onnx', expectedBytes: 300_000 },
    })
  },
)

test('what an older version left of another file is thrown away', async () => {
  const part = join(folder, 'whisper-tiny.part', 'onnx', 'encoder_model_quantized.onnx.part')
  await mkdir(dirname(part), { recursive: true })
  await writeFile(part, Buffer.alloc(200_000, 'old'))
  await download()
  await expectWhole()
})

test('no network and an unknown name are told', async () => {
  const signal = new AbortController().signal
  await expect(
    downloadSpeechModel('tiny', {
      directory: folder,
      baseUrl: 'http://127.0.0.1:1',
      models: [model],
      waitMs: 1,
      signal,
    }),
  ).rejects.toMatchObject({ code: 'speech-download-failed' })
  await expect(downloadSpeechModel('huge', { directory: folder, signal })).rejects.toMatchObject({
    code: 'speech-model-missing',
  })
  await expect(downloadSpeechModel('base', { directory: folder, signal })).rejects.toMatchObject({
    code: 'speech-model-missing',
    message: expect.stringContaining('built in') as unknown,
  })
})
