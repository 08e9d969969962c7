/** Texts made beside the pipeline: stopped, retried, deleted. */
import { afterAll, expect, test } from 'vitest'
import { createTestDatabase } from '../setup/database.ts'
import { USER } from './harness.ts'
import { soon, stuckIn } from './stuck.ts'

const database = await createTestDatabase()
afterAll(() => database.close())

test('cancelling stops a text that is being made alone; the recording stays complete', async () => {
  await using harness = await stuckIn(database, 'enhance')
  const { transcriptions, stopped } = harness
  const { id } = await harness.create({ enhance: false, summarize: false })
  await harness.finished(id)
  await transcriptions.runStep(USER, id, 'enhance', { model: 'loop/writer' })
  await soon(() => harness.entered).toEqual(['enhance'])
  const after = await transcriptions.cancel(USER, id)
  await soon(() => stopped).toEqual(['enhance'])
  expect(after.status).toBe('completed')
  expect(after.texts[0]).toMatchObject({ kind: 'enhanced', status: 'failed', error: { code: 'cancelled' } })
  expect(after.steps.find(({ name }) => name === 'enhance')?.status).toBe('cancelled')
})

test('a retry makes the text that was asked for alone, though the recording was made without it', async () => {
  await using harness = await stuckIn(database, 'enhance')
  const { transcriptions } = harness
  const { id } = await harness.create({ enhance: false, summarize: false })
  await harness.finished(id)
  await transcriptions.runStep(USER, id, 'enhance', { model: 'loop/writer', enhancementMode: 'formal' })
  await soon(() => harness.entered).toEqual(['enhance'])
  await transcriptions.cancel(USER, id)
  await soon(() => harness.stopped).toEqual(['enhance'])
  harness.letPass()
  const begun = await transcriptions.retry(USER, id)
  expect(begun.texts.filter(({ kind }) => kind === 'enhanced')).toMatchObject([{ status: 'running' }])
  const done = await harness.finished(id)
  expect(done.steps.find(({ name }) => name === 'enhance')?.status).toBe('done')
  expect(done.texts.filter(({ kind }) => kind === 'enhanced')).toMatchObject([
    { status: 'done', content: 'Fine.', options: { model: 'loop/writer', enhancementMode: 'formal' } },
  ])
})

test('a retry after a text alone and a step of the recording failed makes each once', async () => {
  await using harness = await stuckIn(database, 'summarize')
  const { transcriptions } = harness
  const { id } = await harness.create({ enhance: false, model: 'loop/writer' })
  await soon(() => harness.entered).toEqual(['summarize'])
  await transcriptions.cancel(USER, id)
  await soon(() => harness.stopped).toEqual(['summarize'])
  await transcriptions.runStep(USER, id, 'summarize', { model: 'loop/writer', summaryVariant: 'short' })
  await soon(() => harness.entered).toEqual(['summarize', 'summarize'])
  await transcriptions.cancel(USER, id)
  await soon(() => harness.stopped).toHaveLength(2)
  harness.letPass()
  await transcriptions.retry(USER, id)
  const done = await harness.finished(id)
  expect(done.status).toBe('completed')
  // The newer wish is the one that is made; the older stays as it ended.
  expect(
    done.texts.filter(({ kind }) => kind === 'summary').map(({ status, options }) => [status, options.summaryVariant]),
  ).toEqual([
    ['done', 'short'],
    ['failed', 'medium'],
  ])
})

test('a text that is being made alone can be deleted; nothing of it comes later', async () => {
  await using harness = await stuckIn(database, 'enhance')
  const { transcriptions, stopped } = harness
  const { id } = await harness.create({ enhance: false, summarize: false })
  await harness.finished(id)
  const begun = await transcriptions.runStep(USER, id, 'enhance', { model: 'loop/writer' })
  const text = begun.texts.find(({ kind }) => kind === 'enhanced')
  await soon(() => harness.entered).toEqual(['enhance'])
  await expect(transcriptions.runStep(USER, id, 'enhance', { model: 'loop/writer' })).rejects.toMatchObject({
    code: 'conflict',
  })
  await transcriptions.removeText(USER, id, text?.id ?? '')
  await soon(() => stopped).toEqual(['enhance'])
  // Its job is over: whatever was to come of it has come.
  const openJobs = () =>
    database.pool.query(`select 1 from jobs.job where data ->> 'textId' = $1 and state < 'completed'`, [text?.id])
  await soon(async () => (await openJobs()).rowCount).toBe(0)
  const after = await transcriptions.get(USER, id)
  expect(after.texts.filter(({ kind }) => kind === 'enhanced')).toEqual([])
  expect(after.steps.find(({ name }) => name === 'enhance')?.status).toBe('cancelled')
})
