import { expect, test, vi } from 'vitest'
import type { SendEnd, SendReport } from './send-file.ts'
import { createUploadQueue } from './upload-queue.ts'
import type { UploadStorage } from './upload-storage.ts'
import type { Upload } from './upload.ts'

const createMemoryStorage = () => {
  const kept = new Map<string, { upload: Upload; file: File }>()
  const storage: UploadStorage = {
    keep: async (upload, file) => {
      kept.set(upload.id, { upload: { ...upload, kept: true }, file })
      return await Promise.resolve(true)
    },
    update: async (upload) => {
      const before = kept.get(upload.id)
      if (before !== undefined) kept.set(upload.id, { ...before, upload })
      await Promise.resolve()
    },
    read: async (id) => await Promise.resolve(kept.get(id) ?? null),
    list: async () => await Promise.resolve([...kept.values()]),
    remove: async (id) => {
      kept.delete(id)
      await Promise.resolve()
    },
  }
  return { kept, storage }
}

interface Sending {
  upload: Upload
  report: SendReport
  signal: AbortSignal
  end: (end: SendEnd) => void
}

const setUp = (memory = createMemoryStorage()) => {
  const sending: Sending[] = []
  const done: string[] = []
  const forgotten: string[] = []
  let ids = 0
  const queue = createUploadQueue({
    storage: memory.storage,
    send: async (upload, _file, report, signal) =>
      await new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'stopped' }))
        sending.push({ upload, report, signal, end: resolve })
      }),
    forget: async (url) => {
      forgotten.push(url)
      await Promise.resolve()
    },
    withLock: async (_name, _signal, work) => await work(),
    createId: () => `upload-${(ids += 1)}`,
    nowMs: () => 0,
    onDone: (id) => done.push(id),
  })
  return { queue, sending, done, forgotten, memory }
}

const file = (name: string): File => new File(['0123456789'], name, { type: 'audio/wav' })
const settle = async (): Promise<void> => await vi.waitFor(async () => await new Promise((go) => setTimeout(go, 0)))
const states = (queue: ReturnType<typeof setUp>['queue']) => queue.get().map((upload) => upload.state)

test('two files are sent at once, the third when one is through', async () => {
  const { queue, sending, done } = setUp()
  queue.add([file('a'), file('b'), file('c')], { language: 'tr' })
  await settle()
  expect(sending.map(({ upload }) => upload.fileName)).toEqual(['a', 'b'])
  sending[0]?.end({ kind: 'done', transcriptionId: 't1' })
  await settle()
  expect(sending.map(({ upload }) => upload.fileName)).toEqual(['a', 'b', 'c'])
  expect(states(queue)).toEqual(['done', 'uploading', 'uploading'])
  expect(done).toEqual(['t1'])
  expect(sending[2]?.upload.options).toEqual({ language: 'tr' })
})

test('a file is kept until the server confirms, and a new page goes on at its address', async () => {
  const first = setUp()
  first.queue.add([file('a')], {})
  await settle()
  first.sending[0]?.report.onUrl('/api/v1/uploads/abc')
  await settle()

  const second = setUp(first.memory)
  await second.queue.restore()
  await settle()
  expect(second.sending[0]?.upload).toMatchObject({ fileName: 'a', uploadUrl: '/api/v1/uploads/abc' })
  second.sending[0]?.end({ kind: 'done', transcriptionId: 't1' })
  await settle()
  expect(first.memory.kept.size).toBe(0)
})

test('what another tab has finished meanwhile is not sent again', async () => {
  const first = setUp()
  first.queue.add([file('a')], {})
  await settle()
  const memory = first.memory
  const stale = [...memory.kept.values()]
  const list = async () => await Promise.resolve(stale)
  const second = setUp({ kept: memory.kept, storage: { ...memory.storage, list } })
  memory.kept.clear()
  await second.queue.restore()
  await settle()
  expect(second.sending).toHaveLength(0)
  expect(second.queue.get()).toEqual([])
})

test('pause stops sending and survives a new page; resume goes on', async () => {
  const first = setUp()
  first.queue.add([file('a')], {})
  await settle()
  first.queue.pause('upload-1')
  await settle()
  expect(first.sending[0]?.signal.aborted).toBe(true)
  const second = setUp(first.memory)
  await second.queue.restore()
  await settle()
  expect(states(second.queue)).toEqual(['paused'])
  expect(second.sending).toHaveLength(0)
  second.queue.resume('upload-1')
  await settle()
  expect(second.sending).toHaveLength(1)
})

test('a refused file shows why, is not kept, and the next one goes on', async () => {
  const { queue, sending, memory } = setUp()
  queue.add([file('a')], {})
  await settle()
  const failure = { code: 'media-no-audio', message: 'no audio track' }
  sending[0]?.end({ kind: 'failed', failure, canGoOn: false })
  await settle()
  expect(queue.get()[0]).toMatchObject({ state: 'failed', failure })
  expect(memory.kept.size).toBe(0)
})

test('a lost session keeps the file and goes on after signing in', async () => {
  const { queue, sending, memory } = setUp()
  queue.add([file('a')], {})
  await settle()
  sending[0]?.end({ kind: 'failed', failure: { code: 'unauthenticated', message: '' }, canGoOn: false })
  await settle()
  expect(memory.kept.size).toBe(1)
  queue.wake()
  await settle()
  expect(sending).toHaveLength(2)
})

test('cancel tells the server to forget the part that arrived', async () => {
  const { queue, sending, forgotten, memory } = setUp()
  queue.add([file('a')], {})
  await settle()
  sending[0]?.report.onUrl('/api/v1/uploads/abc')
  queue.remove('upload-1')
  await settle()
  expect(forgotten).toEqual(['/api/v1/uploads/abc'])
  expect(memory.kept.size).toBe(0)
  expect(queue.get()).toEqual([])
})

test('cancel in one tab leaves alone what another tab has finished', async () => {
  const { queue, sending, forgotten, memory } = setUp()
  queue.add([file('a')], {})
  await settle()
  sending[0]?.report.onUrl('/api/v1/uploads/abc')
  queue.pause('upload-1')
  await settle()
  memory.kept.clear()
  queue.remove('upload-1')
  await settle()
  expect(forgotten).toEqual([])
  expect(queue.get()).toEqual([])
})

const refusal = (code: string): SendEnd => ({
  kind: 'failed',
  failure: { code, message: 'no', suggestions: ['house/other'] },
  canGoOn: false,
})

test('a model that vanished costs no file: with another one the upload begins again', async () => {
  const { queue, sending, memory } = setUp()
  const [upload] = queue.add([file('a.wav')], { model: 'house/gone', enhance: true })
  await expect.poll(() => sending.length).toBe(1)
  sending[0]?.end(refusal('model-not-found'))
  await expect.poll(() => queue.get()[0]).toMatchObject({ state: 'failed', kept: true })
  expect(memory.kept.size).toBe(1)
  queue.retryWith(upload?.id ?? '', { model: 'house/other' })
  await expect.poll(() => sending.length).toBe(2)
  expect(sending[1]?.upload).toMatchObject({
    options: { model: 'house/other', enhance: true },
    uploadUrl: null,
    failure: null,
  })
})

test('after a failure of ours the same file is sent again, though the browser no longer keeps it', async () => {
  const { queue, sending, memory } = setUp()
  const [upload] = queue.add([file('a.wav')], {})
  await expect.poll(() => sending.length).toBe(1)
  sending[0]?.end(refusal('internal'))
  await expect.poll(() => queue.get()[0]).toMatchObject({ state: 'failed', kept: false })
  expect(memory.kept.size).toBe(0)
  queue.resume(upload?.id ?? '')
  await expect.poll(() => sending.length).toBe(2)
})
