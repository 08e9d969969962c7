import { access, mkdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { createId } from '../../src/lib/ids.ts'
import type { StepName } from '../../src/transcription/types.ts'
import { createTestDatabase } from '../setup/database.ts'
import { createHarness, USER, type Harness, type HarnessOptions } from './harness.ts'
import { startLoopbackModels } from './loopback-models.ts'
import { createScriptedEngine, untilStopped } from './scripted-engine.ts'
import { soon, stuckIn } from './stuck.ts'

const database = await createTestDatabase()
afterAll(() => database.close())

const setUp = async (options: Partial<HarnessOptions> = {}) => {
  const harness = await createHarness(database, { engine: createScriptedEngine(), ...options })
  await harness.startWorker()
  return { ...harness, [Symbol.asyncDispose]: () => harness.close() }
}

const reached = async ({ transcriptions }: Harness, id: string, step: StepName): Promise<void> => {
  await soon(async () => (await transcriptions.get(USER, id)).steps.find(({ name }) => name === step)?.status).toBe(
    'running',
  )
}

test.each(['audio', 'segments', 'recognize', 'enhance', 'summarize'] as const)(
  'cancelling while %s runs stops it, keeps what is done, and a retry goes on from there',
  async (step) => {
    await using harness = await stuckIn(database, step)
    const { transcriptions, stopped } = harness
    const { id } = await harness.create({ model: 'loop/writer' })
    await soon(() => harness.entered).toEqual([step])
    const cancelled = await transcriptions.cancel(USER, id)
    // What was said is there: only what was to be made of it is cancelled.
    const end = step === 'enhance' || step === 'summarize' ? 'completed' : 'cancelled'
    expect(cancelled.status).toBe(end)
    expect(cancelled.steps.find(({ name }) => name === step)?.status).toBe('cancelled')
    // The work itself has ended, not only its row.
    await soon(() => stopped).toEqual([step])
    await soon(() => transcriptions.get(USER, id).then(({ status }) => status)).toBe(end)
    const work = join(harness.dataDirectory, 'media', id, 'work.s16le')
    await expect
      .poll(() =>
        access(work).then(
          () => 'there',
          () => 'gone',
        ),
      )
      .toBe('gone')
    const { items } = await transcriptions.segments(USER, id, { after: -1, limit: 10 })
    expect(items).toHaveLength({ audio: 0, segments: 0, recognize: 1, enhance: 3, summarize: 3 }[step])
  },
)

test('after a cancelled recognition a retry recognizes only what is missing', async () => {
  let stuck = true
  let standing = false
  const engine = createScriptedEngine({
    windows: 6,
    async before({ index }, signal) {
      if (!stuck || index !== 3) return
      standing = true
      await untilStopped(signal)
    },
  })
  await using harness = await setUp({ engine })
  const { id } = await harness.create({ enhance: false, summarize: false })
  // The fourth is asked for when the third is stored.
  await soon(() => standing).toBe(true)
  expect(engine.recognized).toEqual([0, 1, 2])
  await harness.transcriptions.cancel(USER, id)
  stuck = false
  await harness.transcriptions.retry(USER, id)
  const done = await harness.finished(id)
  expect(done.status).toBe('completed')
  expect(engine.recognized).toEqual([0, 1, 2, 3, 4, 5])
  expect(done.texts[0]?.kind).toBe('cleaned')
})

test('a waiting recording can be cancelled and is not started later', async () => {
  const harness = await createHarness(database, { engine: createScriptedEngine() })
  try {
    const { id } = await harness.create()
    expect((await harness.transcriptions.get(USER, id)).progress).toMatchObject({ queuePosition: 0 })
    await harness.transcriptions.cancel(USER, id)
    const { id: second } = await harness.create()
    await harness.startWorker()
    expect((await harness.finished(second)).status).toBe('completed')
    const first = await harness.transcriptions.get(USER, id)
    expect(first.status).toBe('cancelled')
    expect(first.steps.find(({ name }) => name === 'audio')).toMatchObject({ status: 'cancelled', attempts: 0 })
  } finally {
    await harness.close()
  }
})

test('deleting a recording that is being recognized stops it and leaves no row, no file', async () => {
  await using harness = await stuckIn(database, 'recognize')
  const { id } = await harness.create()
  await soon(() => harness.entered).toEqual(['recognize'])
  await harness.transcriptions.remove(USER, id)
  await expect(harness.transcriptions.get(USER, id)).rejects.toMatchObject({ code: 'not-found' })
  const folder = join(harness.dataDirectory, 'media', id)
  await expect
    .poll(() =>
      access(folder).then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone')
  await soon(() => harness.stopped).toEqual(['recognize'])
  for (const table of [
    'transcription_segments',
    'transcription_pieces',
    'transcription_texts',
    'transcription_steps',
  ] as const) {
    expect(await database.db.selectFrom(table).selectAll().where('transcription_id', '=', id).execute()).toEqual([])
  }
})

test('an engine that dies once is tried again; each finished piece is kept', async () => {
  let died = false
  const engine = createScriptedEngine({
    windows: 4,
    before: ({ index }) => {
      if (index !== 2 || died) return Promise.resolve()
      died = true
      return Promise.reject(new AppError('speech-engine-crashed', 'It died', { details: { exitCode: 137 } }))
    },
  })
  await using harness = await setUp({ engine })
  const { id } = await harness.create({ enhance: false, summarize: false })
  const done = await harness.finished(id)
  expect(done.status).toBe('completed')
  expect(done.steps.find(({ name }) => name === 'recognize')?.attempts).toBe(2)
  expect(engine.recognized).toEqual([0, 1, 2, 3])
})

test('an engine that keeps dying fails the recording with code, exit code and advice; a retry goes on', async () => {
  let broken = true
  const engine = createScriptedEngine({
    before: ({ index }) =>
      broken && index === 1
        ? Promise.reject(
            new AppError('speech-engine-crashed', 'It died', {
              details: { exitCode: 137, lastLines: ['out of memory'] },
            }),
          )
        : Promise.resolve(),
  })
  await using harness = await setUp({ engine })
  const { id } = await harness.create()
  const failed = await harness.finished(id)
  expect(failed.status).toBe('failed')
  expect(failed.error).toMatchObject({
    code: 'speech-engine-crashed',
    provider: 'local',
    details: { exitCode: 137, lastLines: ['out of memory'] },
  })
  expect(failed.failedSteps).toEqual(['recognize'])
  broken = false
  await harness.transcriptions.retry(USER, id)
  const done = await harness.finished(id)
  expect(done).toMatchObject({ status: 'completed', error: null, failedSteps: [] })
  expect(engine.recognized).toEqual([0, 1, 2])
})

const gone = (model: string) => ({
  status: 404,
  error: { message: `The model \`${model}\` does not exist`, code: 'model_not_found' },
})

test('a failed model leaves the recording complete and names the failure; another model adds the text', async () => {
  const models = await startLoopbackModels({ chat: ({ model }) => gone(model) })
  await using harness = await setUp({ providerUrl: models.url })
  const { transcriptions } = harness
  try {
    const { id } = await harness.create({ model: 'loop/writer', summarize: false })
    const done = await harness.finished(id)
    expect(done).toMatchObject({ status: 'completed', failedSteps: ['enhance'], error: null })
    const error = { code: 'model-not-found', provider: 'loop', title: 'The provider does not serve this model' }
    expect(done.texts[0]).toMatchObject({ kind: 'enhanced', status: 'failed', content: '', complete: false, error })
    expect(done.texts[0]?.attempts.length).toBeGreaterThan(0)
    expect(done.steps.find(({ name }) => name === 'enhance')).toMatchObject({ status: 'failed', error })
    await transcriptions.runStep(USER, id, 'enhance', { model: 'offline/basic' })
    const again = await harness.finished(id)
    expect(again.failedSteps).toEqual([])
    expect(again.texts.filter(({ kind }) => kind === 'enhanced')).toHaveLength(2)
    expect(again.texts[0]).toMatchObject({ kind: 'enhanced', status: 'done', provider: 'offline' })
  } finally {
    await models.close()
  }
})

test('when another model answered, both are named', async () => {
  const models = await startLoopbackModels({
    chat: ({ model }) => (model === 'writer' ? gone(model) : { text: 'An edited text.' }),
  })
  await using harness = await setUp({ providerUrl: models.url })
  try {
    const { id } = await harness.create({ model: 'loop/writer', summarize: false })
    const enhanced = (await harness.finished(id)).texts.find(({ kind }) => kind === 'enhanced')
    expect(enhanced).toMatchObject({
      status: 'done',
      fallbackUsed: true,
      originalModel: 'loop/writer',
      provider: 'loop',
      model: 'tiny',
    })
    expect(enhanced?.notes.map(({ kind }) => kind)).toContain('fallback')
  } finally {
    await models.close()
  }
})

test('recognizing again keeps the old text until the new one is whole, and both as versions', async () => {
  const engine = createScriptedEngine()
  await using harness = await setUp({ engine })
  const { transcriptions } = harness
  const { id } = await harness.create({ enhance: false, summarize: false })
  await harness.finished(id)
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  Object.assign(engine.script, { say: () => 'Bambaşka bir metin.', language: 'tr', before: () => held })
  await transcriptions.runStep(USER, id, 'recognize', { language: 'tr' })
  await reached(harness, id, 'recognize')
  expect((await transcriptions.segments(USER, id, { after: -1, limit: 9 })).items[0]?.text).toContain('sentence number')
  release()
  const done = await harness.finished(id)
  expect(done).toMatchObject({ status: 'completed', language: 'tr', languageProbability: null })
  expect(done.texts.filter(({ kind }) => kind === 'raw').map(({ content }) => content.slice(0, 8))).toEqual([
    'Bambaşka',
    'This is ',
  ])
  expect(done.texts.filter(({ kind }) => kind === 'cleaned')).toHaveLength(2)
  expect((await transcriptions.segments(USER, id, { after: -1, limit: 9 })).items[0]?.text).toBe('Bambaşka bir metin.')
})

test('a new recognition that fails loses nothing of the old one', async () => {
  const engine = createScriptedEngine()
  await using harness = await setUp({ engine })
  const { id } = await harness.create({ enhance: false, summarize: false })
  await harness.finished(id)
  engine.script.before = () => Promise.reject(new AppError('speech-model-missing', 'It is not there'))
  await harness.transcriptions.runStep(USER, id, 'recognize', { engine: 'local/small' })
  const failed = await harness.finished(id)
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'speech-model-missing' } })
  const { items } = await harness.transcriptions.segments(USER, id, { after: -1, limit: 9 })
  expect(items).toHaveLength(3)
  expect(failed.texts.find(({ kind }) => kind === 'raw')?.content).toContain('sentence number 1')
})

test('the same work is not begun twice', async () => {
  await using harness = await stuckIn(database, 'recognize')
  const { id } = await harness.create()
  await reached(harness, id, 'recognize')
  for (const again of [
    () => harness.transcriptions.runStep(USER, id, 'recognize', {}),
    () => harness.transcriptions.retry(USER, id),
  ]) {
    await expect(again()).rejects.toMatchObject({ code: 'conflict' })
  }
  await harness.transcriptions.cancel(USER, id)
})

test('a cancel in one process stops the work in another', async () => {
  await using harness = await stuckIn(database, 'recognize')
  const office = await createHarness(database, { engine: createScriptedEngine(), dataDirectory: harness.dataDirectory })
  try {
    const { id } = await harness.create()
    await soon(() => harness.entered).toEqual(['recognize'])
    expect((await office.transcriptions.cancel(USER, id)).status).toBe('cancelled')
    await soon(() => harness.stopped).toEqual(['recognize'])
  } finally {
    await office.close()
  }
})

test('the sweep queues work whose job is gone, and removes recordings that nobody knows', async () => {
  const harness = await createHarness(database, { engine: createScriptedEngine() })
  try {
    const { id } = await harness.create({ enhance: false, summarize: false })
    await sql`delete from jobs.job where data ->> 'transcriptionId' = ${id}`.execute(database.db)
    const orphan = join(harness.dataDirectory, 'media', createId())
    await mkdir(orphan)
    await utimes(orphan, new Date(0), new Date(0))
    await Promise.all([harness.transcriptions.sweep(), harness.transcriptions.sweep()])
    const sent = await sql<{ count: number }>`
      select count(*)::int as count from jobs.job where data ->> 'transcriptionId' = ${id}`.execute(database.db)
    expect(sent.rows[0]?.count, 'two processes that sweep at once').toBe(1)
    expect(
      await access(orphan).then(
        () => 'there',
        () => 'gone',
      ),
    ).toBe('gone')
    await harness.startWorker()
    expect((await harness.finished(id)).status).toBe('completed')
    await harness.transcriptions.sweep()
    expect((await harness.transcriptions.get(USER, id)).status).toBe('completed')
  } finally {
    await harness.close()
  }
})

test('one user’s many recordings do not keep another user’s single one waiting', async () => {
  const harness = await createHarness(database, { engine: createScriptedEngine(), concurrency: 1 })
  try {
    const small = { enhance: false, summarize: false }
    const many: string[] = []
    for (let count = 0; count < 4; count += 1) many.push((await harness.create(small)).id)
    const { id: single } = await harness.create(small, { userId: 'user-with-one' })
    await harness.startWorker()
    await Promise.all([...many.map((id) => harness.finished(id)), harness.finished(single, 'user-with-one')])
    const done = await database.db
      .selectFrom('transcriptions')
      .select('id')
      .where('id', 'in', [...many, single])
      .orderBy('completed_at')
      .execute()
    expect(done.findIndex(({ id }) => id === single)).toBeLessThanOrEqual(1)
  } finally {
    await harness.close()
  }
})
