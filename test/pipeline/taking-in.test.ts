import { createReadStream } from 'node:fs'
import { access, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, expect, test } from 'vitest'
import { createId } from '../../src/lib/ids.ts'
import { createMediaFiles } from '../../src/transcription/media-files.ts'
import { createTestDatabase } from '../setup/database.ts'
import { createHarness, defaultOptions, fixture, USER } from './harness.ts'
import { createScriptedEngine } from './scripted-engine.ts'

const database = await createTestDatabase()
const harness = await createHarness(database, { engine: createScriptedEngine() })
const { transcriptions, dataDirectory } = harness
afterAll(() => harness.close().then(() => database.close()))

const rows = () => database.db.selectFrom('transcriptions').select('id').execute()
const folders = () => readdir(join(dataDirectory, 'media')).catch(() => [])
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
const createFrom = (path: string, fileName = 'x.mp4', uploadId?: string) =>
  transcriptions.create({ userId: USER, source: { path }, fileName, options: defaultOptions, uploadId })

test.each([
  ['nothing', 'media-empty', Buffer.alloc(0)],
  ['text', 'media-not-recognized', Buffer.from('This is no recording, whatever its name says. '.repeat(50))],
  ['a playlist', 'media-unsafe', Buffer.from('#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n')],
])('%s is refused as %s, and nothing is left behind', async (_what, code, bytes) => {
  const before = { rows: await rows(), folders: await folders() }
  const path = join(dataDirectory, 'offered')
  await writeFile(path, bytes)
  await expect(createFrom(path)).rejects.toMatchObject({ code })
  expect({ rows: await rows(), folders: await folders() }).toEqual(before)
  expect(await isThere(path)).toBe(false)
})

test('a file that is refused before it was taken stays where it is, without an error', async () => {
  const path = join(dataDirectory, 'offered')
  await writeFile(path, 'bytes')
  await createMediaFiles({ dataDirectory }).giveBack(createId(), { path })
  expect(await isThere(path)).toBe(true)
})

test('a stream is read to its end and probed like a file', async () => {
  const source = { stream: createReadStream(fixture('jfk.wav')) }
  const made = await transcriptions.create({ userId: USER, source, fileName: 'jfk.wav', options: defaultOptions })
  expect(made).toMatchObject({ status: 'queued', title: 'jfk', sizeBytes: 352_078, durationSecond: 11 })
  expect(made.media).toMatchObject({ audioCodec: 'pcm_s16le', channels: 1, sampleRate: 16_000, mediaType: 'audio/wav' })
  expect(made.steps[0]).toMatchObject({ name: 'probe', status: 'done', attempts: 1 })
})

test('a stream that is too long is cut off with too-large, and leaves nothing', async () => {
  const before = await folders()
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(1_000_000)
    })(),
  )
  const refused = transcriptions.create({
    userId: USER,
    source: { stream: endless },
    fileName: 'endless',
    options: defaultOptions,
  })
  await expect(refused).rejects.toMatchObject({ code: 'too-large' })
  expect(await folders()).toEqual(before)
})

test('a stream that breaks off leaves nothing', async () => {
  const before = { rows: await rows(), folders: await folders() }
  const broken = Readable.from(
    (async function* () {
      yield Buffer.alloc(1000)
      throw new Error('connection lost')
    })(),
  )
  const source = { stream: broken }
  await expect(transcriptions.create({ userId: USER, source, fileName: 'x', options: defaultOptions })).rejects.toThrow(
    'connection lost',
  )
  expect({ rows: await rows(), folders: await folders() }).toEqual(before)
})

test('one upload makes one recording, however often its end is told', async () => {
  const first = await createFrom(await harness.upload(), 'a.wav', 'upload-1')
  const again = await createFrom(join(dataDirectory, 'gone already'), 'a.wav', 'upload-1')
  expect(again.id).toBe(first.id)
  expect((await transcriptions.findByUpload(USER, 'upload-1'))?.id).toBe(first.id)
  expect(await transcriptions.findByUpload('somebody else', 'upload-1')).toBeNull()
})

test('an error that is not the file’s fault leaves the upload where it was', async () => {
  const path = await harness.upload()
  const bad = { ...defaultOptions, engine: 'local/../../etc' }
  await expect(
    transcriptions.create({ userId: USER, source: { path }, fileName: 'a.wav', options: bad }),
  ).rejects.toMatchObject({ code: 'invalid-request' })
  expect(await isThere(path)).toBe(true)
})

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\talk.mp3', 'talk'],
  ['a\u0000b\nc.wav', 'ab c'],
  ['ö'.repeat(4096), 'ö'.repeat(300)],
  ['', 'recording'],
  ['...', '...'],
])('the name %.20s is data: it becomes a title and no path', async (fileName, title) => {
  const made = await createFrom(await harness.upload(), fileName)
  expect(made.title).toBe(title)
  expect(await readdir(join(dataDirectory, 'media', made.id))).toEqual(['recording'])
})
