import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findSpeechModel } from '../catalog.ts'
import { downloadSpeechModel } from './download-model.ts'

const repository = findSpeechModel('tiny')?.repository ?? ''
const contents: Record<string, Buffer> = {
  'config.json': Buffer.from('{}'),
  'generation_config.json': Buffer.from('{"a":1}'),
  'tokenizer.json': Buffer.from('{"b":2}'),
  'onnx/encoder_model_quantized.onnx': Buffer.alloc(300_000, 'encoder'),
  'onnx/decoder_model_merged_quantized.onnx': Buffer.alloc(500_000, 'decoder'),
}
const total = Object.values(contents).reduce((sum, each) => sum + each.length, 0)

const entryOf = ([path, content]: [string, Buffer]): object => ({
  type: 'file',
  path,
  size: content.length,
  oid: createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex'),
  ...(path.startsWith('onnx/') ? { lfs: { oid: createHash('sha256').update(content).digest('hex') } } : {}),
})

type Answer = (path: string, request: IncomingMessage, response: ServerResponse) => boolean
let folder = ''
let baseUrl = ''
let requests: string[] = []
let special: Answer = () => false
let listing: unknown[] = []
const server = createServer((request, response) => {
  const url = request.url ?? ''
  requests.push(`${url.split('/main/')[1] ?? 'listing'} ${request.headers.range ?? ''}`.trim())
  if (url.startsWith('/api/')) return void response.end(JSON.stringify(listing))
  const path = url.replace(`/${repository}/resolve/main/`, '')
  const content = contents[path]
  if (special(path, request, response)) return
  if (content === undefined) return void response.writeHead(404).end()
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
  response.writeHead(from > 0 ? 206 : 200).end(content.subarray(from))
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  requests = []
  special = () => false
  listing = [
    ...Object.entries(contents).map(entryOf),
    { type: 'file', path: '../../evil', size: 3, oid: 'x' },
    { type: 'file', path: 'onnx/encoder_model.onnx', size: 9, oid: 'x' },
  ]
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  await rm(folder, { recursive: true, force: true })
})

const download = (
  options: { signal?: AbortSignal; onProgress?: (done: number, of: number) => void } = {},
): Promise<string> =>
  downloadSpeechModel('tiny', {
    directory: folder,
    baseUrl,
    signal: new AbortController().signal,
    waitMs: 1,
    ...options,
  })

const expectWhole = async (): Promise<void> => {
  for (const [path, content] of Object.entries(contents))
    expect((await readFile(join(folder, 'whisper-tiny', path))).equals(content)).toBe(true)
  expect(existsSync(join(folder, 'whisper-tiny.part'))).toBe(false)
}

/** Sends half of a large file and cuts the line. */
const cutLine: Answer = (path, request, response) => {
  const content = contents[path]
  if (content === undefined || !path.startsWith('onnx/') || request.headers.range !== undefined) return false
  response.writeHead(200, { 'content-length': content.length })
  response.write(content.subarray(0, content.length / 2), () => setTimeout(() => response.destroy(), 20))
  return true
}

test('a model comes whole, with progress, and only the files that are needed', async () => {
  const seen: [number, number][] = []
  expect(await download({ onProgress: (done, of) => seen.push([done, of]) })).toBe(join(folder, 'whisper-tiny'))
  await expectWhole()
  expect(seen.at(-1)).toEqual([total, total])
  expect(requests).toHaveLength(1 + Object.keys(contents).length)
  const manifest = JSON.parse(await readFile(join(folder, 'whisper-tiny', 'manifest.json'), 'utf8')) as {
    files: unknown[]
  }
  expect(manifest.files).toHaveLength(Object.keys(contents).length)
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

test('an incomplete or strange listing is told', async () => {
  listing = listing.slice(0, 3)
  await expect(download()).rejects.toMatchObject({ code: 'speech-download-failed' })
  listing = ['surprise']
  await expect(download()).rejects.toMatchObject({ code: 'speech-download-failed' })
})

test('no network and an unknown name are told', async () => {
  const signal = new AbortController().signal
  await expect(
    downloadSpeechModel('tiny', { directory: folder, baseUrl: 'http://127.0.0.1:1', signal }),
  ).rejects.toMatchObject({ code: 'speech-download-failed' })
  await expect(downloadSpeechModel('huge', { directory: folder, signal })).rejects.toMatchObject({
    code: 'speech-model-missing',
  })
})
