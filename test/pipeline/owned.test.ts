/** What a person reads and changes, and that it is theirs alone. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TranscriptionEvent } from '../../src/transcription/types.ts'
import { createTestDatabase } from '../setup/database.ts'
import { createHarness, USER } from './harness.ts'
import { createScriptedEngine } from './scripted-engine.ts'

const STRANGER = 'user-2'
const texts: Readonly<Record<string, string>> = {
  meeting: 'Bugün İstanbul’da toplantı yaptık.',
  weather: 'The weather in Ankara was fine.',
  garden: 'Nobody was in the garden.',
}

const database = await createTestDatabase()
const engine = createScriptedEngine({ windows: 2 })
const harness = await createHarness(database, { engine })
const { transcriptions } = harness
afterAll(() => harness.close().then(() => database.close()))

const ids: Record<string, string> = {}
beforeAll(async () => {
  await harness.startWorker()
  for (const [name, text] of Object.entries(texts)) {
    engine.script.say = () => text
    const { id } = await harness.create({ enhance: false, summarize: false, title: name })
    await harness.finished(id)
    ids[name] = id
  }
})

const list = (query: object = {}) => transcriptions.list(USER, { sort: 'newest', limit: 10, ...query })
const titles = async (query: object) => (await list(query)).items.map(({ title }) => title)

test.each([
  ['istanbul', ['meeting']],
  ['İSTANBUL toplanti', ['meeting']],
  ['TOPLANTI', ['meeting']],
  ['weath', ['weather']],
  ['garden', ['garden']],
  ['meeting', ['meeting']],
  ['weather toplantı', []],
  ['&|!', []],
])('a search for %j finds %j', async (search, found) => {
  expect(await titles({ search })).toEqual(found)
})

test('filters, orders and pages: nothing twice, nothing left out', async () => {
  expect(await titles({ sort: 'title' })).toEqual(['garden', 'meeting', 'weather'])
  expect(await titles({ status: 'failed' })).toEqual([])
  expect(await titles({ language: 'en', sort: 'oldest' })).toEqual(['meeting', 'weather', 'garden'])
  expect(await titles({ to: new Date(0).toISOString() })).toEqual([])
  for (const sort of ['newest', 'oldest', 'longest', 'title'] as const) {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list({ sort, limit: 1, cursor })
      expect(page.total).toBe(3)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen.toSorted()).toEqual(Object.values(ids).toSorted())
  }
})

test.each(['', 'x', 'bm9uc2Vuc2U', Buffer.from('["newest","yesterday","x"]').toString('base64url')])(
  'the cursor %j is refused, not believed',
  async (cursor) => {
    await expect(list({ cursor })).rejects.toMatchObject({ code: 'invalid-request' })
  },
)

test('everything of somebody else is as good as not there', async () => {
  const id = ids['garden'] ?? ''
  const { texts: made } = await transcriptions.get(USER, id)
  const textId = made[0]?.id ?? ''
  const signal = AbortSignal.timeout(10_000)
  const attempts: (() => Promise<unknown>)[] = [
    () => transcriptions.get(STRANGER, id),
    () => transcriptions.update(STRANGER, id, { title: 'mine' }),
    () => transcriptions.remove(STRANGER, id),
    () => transcriptions.segments(STRANGER, id, { after: -1, limit: 10 }),
    () => transcriptions.editSegments(STRANGER, id, { revision: 1, changes: [{ index: 0, text: 'x' }] }),
    () => transcriptions.editText(STRANGER, id, textId, { revision: 1, content: 'x' }),
    () => transcriptions.removeText(STRANGER, id, textId),
    () => transcriptions.runStep(STRANGER, id, 'clean', {}),
    () => transcriptions.cancel(STRANGER, id),
    () => transcriptions.retry(STRANGER, id),
    () => transcriptions.media(STRANGER, id),
    () => transcriptions.export(STRANGER, id, { text: 'raw', format: 'txt' }),
    () => Array.fromAsync(transcriptions.events(STRANGER, { transcriptionId: id, signal })),
  ]
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'not-found' })
  expect((await transcriptions.list(STRANGER, { sort: 'newest', limit: 10 })).total).toBe(0)
  expect((await transcriptions.get(USER, id)).title).toBe('garden')
})

test('events of all recordings reach their owner only', async () => {
  const leaving = new AbortController()
  const heard: TranscriptionEvent[] = []
  const listening = (async () => {
    for await (const event of transcriptions.events(STRANGER, { signal: leaving.signal })) heard.push(event)
  })()
  const own = transcriptions.events(USER, { signal: leaving.signal })[Symbol.asyncIterator]()
  const next = own.next()
  await transcriptions.update(USER, ids['weather'] ?? '', { title: 'weather' })
  expect((await next).value).toMatchObject({ type: 'transcription', transcription: { title: 'weather' } })
  leaving.abort()
  await listening
  expect(heard).toEqual([])
})

test('an edited segment keeps what was recognized, its words keep their times, the raw text and the search follow', async () => {
  const id = ids['weather'] ?? ''
  const before = await transcriptions.segments(USER, id, { after: -1, limit: 10 })
  const text = 'The weather in Çankırı was fine.'
  const edit = { revision: before.revision, changes: [{ index: 0, text, speaker: 'A' }] }
  const { revision, items } = await transcriptions.editSegments(USER, id, edit)
  expect(items[0]).toMatchObject({ text, speaker: 'A' })
  const words = items[0]?.words ?? []
  expect(words.map((word) => word.text)).toEqual(text.split(' '))
  expect(words[5]).toEqual(before.items[0]?.words[5])
  const row = await database.db
    .selectFrom('transcription_segments')
    .select(['original_text'])
    .where('transcription_id', '=', id)
    .where('index', '=', 0)
    .executeTakeFirstOrThrow()
  expect(row.original_text).toBe(texts['weather'])
  const whole = await transcriptions.get(USER, id)
  expect(whole.texts.find(({ kind }) => kind === 'raw')).toMatchObject({ edited: true, revision: 2 })
  expect(whole.texts.find(({ kind }) => kind === 'raw')?.content).toContain(text)
  // What models read is the cleaned text: it follows, and counts as made by rules, not by a person.
  const cleaned = whole.texts.find(({ kind }) => kind === 'cleaned')
  expect(cleaned).toMatchObject({ edited: false, revision: 2 })
  expect(cleaned?.content).toContain('Çankırı')
  expect(await titles({ search: 'cankiri' })).toEqual(['weather'])

  await expect(transcriptions.editSegments(USER, id, edit)).rejects.toMatchObject({ code: 'conflict' })
  const unknown = {
    revision,
    changes: [
      { index: 0, text: 'x' },
      { index: 99, text: 'y' },
    ],
  }
  await expect(transcriptions.editSegments(USER, id, unknown)).rejects.toMatchObject({ code: 'invalid-request' })
  expect((await transcriptions.segments(USER, id, { after: -1, limit: 1 })).items[0]?.text).toBe(text)
})

test('a cleaned text in which somebody wrote stays as it is when a segment is edited', async () => {
  const id = ids['weather'] ?? ''
  const { texts: made, revision } = await transcriptions.get(USER, id)
  const cleaned = made.find(({ kind }) => kind === 'cleaned')
  const own = { revision: cleaned?.revision ?? 0, content: 'My own words.' }
  await transcriptions.editText(USER, id, cleaned?.id ?? '', own)
  await transcriptions.editSegments(USER, id, { revision, changes: [{ index: 0, text: 'The weather was mild.' }] })
  const after = await transcriptions.get(USER, id)
  expect(after.texts.find(({ kind }) => kind === 'raw')?.content).toContain('mild')
  expect(after.texts.find(({ kind }) => kind === 'cleaned')).toMatchObject({ content: 'My own words.', edited: true })
})

test('what was recognized comes back with its times when it is written back, and counts as not edited', async () => {
  const id = ids['garden'] ?? ''
  const readRaw = async () => (await transcriptions.get(USER, id)).texts.find(({ kind }) => kind === 'raw')
  const before = await transcriptions.segments(USER, id, { after: -1, limit: 10 })
  const [original] = before.items
  const raw = await readRaw()
  const write = async (revision: number, text: string) =>
    await transcriptions.editSegments(USER, id, { revision, changes: [{ index: 0, text }] })
  const first = await write(before.revision, 'Something quite different was said in here.')
  expect(first.items[0]).toMatchObject({ originalText: original?.text })
  const second = await write(first.revision, 'And again.')
  expect(second.items[0]).toMatchObject({ originalText: original?.text })
  const back = await write(second.revision, second.items[0]?.originalText ?? '')
  expect(back.items[0]).toEqual(original)
  expect(await readRaw()).toMatchObject({ edited: false, content: raw?.content })
})

test('a text comes back as it was made when that is written back', async () => {
  const id = ids['garden'] ?? ''
  const cleaned = (await transcriptions.get(USER, id)).texts.find(({ kind }) => kind === 'cleaned')
  const { id: textId = '', content = '', revision = 0 } = cleaned ?? {}
  const edited = await transcriptions.editText(USER, id, textId, { revision, content: 'Mine alone.' })
  expect(edited).toMatchObject({ edited: true, originalContent: content })
  const back = await transcriptions.editText(USER, id, textId, { revision: edited.revision, content })
  expect(back).toMatchObject({ edited: false, content })
  expect(back.originalContent).toBeUndefined()
})

test('a text is edited on the revision that was read; the raw one by its segments only', async () => {
  const id = ids['garden'] ?? ''
  const { texts: made } = await transcriptions.get(USER, id)
  const cleaned = made.find(({ kind }) => kind === 'cleaned')
  const raw = made.find(({ kind }) => kind === 'raw')
  const edited = await transcriptions.editText(USER, id, cleaned?.id ?? '', {
    revision: cleaned?.revision ?? 0,
    content: 'Mine.\0',
  })
  expect(edited).toMatchObject({ content: 'Mine.', edited: true, revision: (cleaned?.revision ?? 0) + 1 })
  const stale = transcriptions.editText(USER, id, cleaned?.id ?? '', { revision: 1, content: 'Late.' })
  await expect(stale).rejects.toMatchObject({ code: 'conflict' })
  const onRaw = transcriptions.editText(USER, id, raw?.id ?? '', { revision: 1, content: 'x' })
  await expect(onRaw).rejects.toMatchObject({ code: 'invalid-request' })
})

test('speakers get names and lose them', async () => {
  const id = ids['garden'] ?? ''
  expect((await transcriptions.update(USER, id, { speakers: { A: 'Ayşe', B: 'Bora' } })).speakers).toEqual({
    A: 'Ayşe',
    B: 'Bora',
  })
  expect((await transcriptions.update(USER, id, { speakers: { B: '' } })).speakers).toEqual({ A: 'Ayşe' })
})

test('segments come in pages', async () => {
  const id = ids['meeting'] ?? ''
  const first = await transcriptions.segments(USER, id, { after: -1, limit: 1 })
  expect(first).toMatchObject({ nextAfter: 0, items: [{ index: 0 }] })
  const second = await transcriptions.segments(USER, id, { after: 0, limit: 1 })
  expect(second).toMatchObject({ nextAfter: null, items: [{ index: 1 }] })
})

test.each(['txt', 'srt', 'vtt', 'json', 'md'] as const)('an export as %s holds the text', async (format) => {
  const file = await transcriptions.export(USER, ids['meeting'] ?? '', { text: 'raw', format })
  expect(new TextDecoder().decode(file.body)).toMatch(/toplantı\s[\s\S]*yaptık/)
  expect(file.fileName).toBe(`meeting.${format}`)
})

test('the media is the file that was uploaded', async () => {
  const media = await transcriptions.media(USER, ids['meeting'] ?? '')
  expect(media).toMatchObject({ mediaType: 'audio/wav', sizeBytes: 95_724, fileName: 'talk.wav' })
})

test('the last raw text cannot be deleted, a version can', async () => {
  const id = ids['meeting'] ?? ''
  const { texts: made } = await transcriptions.get(USER, id)
  const [cleaned, raw] = made
  await expect(transcriptions.removeText(USER, id, raw?.id ?? '')).rejects.toMatchObject({ code: 'conflict' })
  await transcriptions.removeText(USER, id, cleaned?.id ?? '')
  expect((await transcriptions.get(USER, id)).texts).toHaveLength(1)
})
