/**
 * The four failures that this product exists to end, each from its original error text, as a person meets them: a model
 * that is gone, a limit that was not known, a parameter that is refused, an error that was hidden and charged.
 *
 * With SCREENSHOTS set, the pictures of `docs/four-failures.md` are taken anew.
 */
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { untilFinished } from './browser.ts'
import { poll } from './context.ts'
import { sample } from './media.ts'
import { openProviderStage } from './provider-stage.ts'

const GONE = 'openai/gpt-oss-120b'
const SMALL = 'meta-llama/Llama-3.3-70B-Instruct-Turbo'

const { simulator, opened, page } = await openProviderStage({ providers: ['openai', 'together'] })
await page.setViewportSize({ width: 1280, height: 860 })
const { api } = opened

interface Text {
  id: string
  kind: string
  revision: number
  content: string
  plan: { chunks: number; replans: number; contextLength: number | null } | null
}
interface Recording {
  id: string
  texts: Text[]
}
interface Model {
  ref: string
  key: string
  displayName: string
  provider: string
  available: boolean
}

const picture = async (name: string): Promise<void> => {
  if (process.env['SCREENSHOTS'] === undefined) return
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(import.meta.dirname, `../../docs/images/four-failures-${name}.png`) })
}
const chat = () => simulator.log().filter(({ operation }) => operation === 'chat')
const balance = async (): Promise<number> => (await api<{ balance: number }>('GET', '/credits')).balance
const models = async (): Promise<Model[]> => (await api<{ models: Model[] }>('GET', '/models')).models

/** What other tests begin from: a recording with its transcript, made without any model. */
let recordingId: string

/** Opens the order of a text, with this model chosen in it. */
const order = async (title: string, search: string, name: RegExp): Promise<Locator> => {
  await page.goto(`/recordings/${recordingId}`)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: title, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.getByRole('button', { name: /^Model for text/u }).click()
  await page.getByRole('textbox', { name: 'Search', exact: true }).fill(search)
  await page.locator('[role=option][data-combobox-option]').filter({ hasText: name }).first().click()
  return dialog
}
const run = async (dialog: Locator): Promise<void> => {
  // The price stands there before the run.
  await dialog.locator('[data-estimate]').first().waitFor()
  await dialog.getByRole('button', { name: 'Run', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

test('a recording with its text', async () => {
  await page.goto('/upload')
  for (const name of ['Enhance the text', 'Summarize']) {
    await page.getByRole('switch', { name }).setChecked(false, { force: true })
  }
  await page.locator('main input[type=file]').setInputFiles([sample('austen-0880.wav')])
  await page.getByRole('button', { name: 'Upload 1 file' }).click()
  await page.getByRole('link', { name: 'Open' }).click()
  await untilFinished(page)
  recordingId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
})

test('1. a model that is gone (404 model_not_available): another one answers, and the page says which and why', async () => {
  simulator.addFault({ provider: 'together', model: GONE, operation: 'chat', fault: 'unknown-model' })
  await run(await order('Enhance the text', 'gpt-oss-120b', /120b/iu))
  const warning = page.locator('[data-fallback]')
  await warning.waitFor({ timeout: 60_000 })
  const said = await warning.innerText()
  expect(said).toContain('Primary model unavailable')
  expect(said).toContain(GONE)
  const maker = await page.locator('[data-maker]').innerText()
  expect(maker).not.toContain(GONE)
  expect(said).toContain(maker)
  const [refused] = chat()
  expect(refused).toMatchObject({ provider: 'together', model: GONE, status: 404 })
  // The charge is that of the model which answered.
  await page.locator('[data-charge]').first().waitFor()
  await page.locator('[data-why-model] summary').click()
  await page.locator('[data-why-model]').getByText('The provider does not serve this model').waitFor()
  await picture('1-model-gone')
})

test('2. a limit nobody knew (422 inputs + max_new_tokens must be <= 2048): the text is read in parts, whole and in order', async () => {
  const sentences = Array.from({ length: 160 }, (_, index) => `Point ${index + 1} was raised by speaker ${index % 7}.`)
  const { texts } = await api<Recording>('GET', `/transcriptions/${recordingId}`)
  const cleaned = texts.find(({ kind }) => kind === 'cleaned')
  await api('PATCH', `/transcriptions/${recordingId}/texts/${cleaned?.id ?? ''}`, {
    revision: cleaned?.revision ?? 0,
    content: sentences.join(' '),
  })
  simulator.models.patch('together', SMALL, { context_length: 2048 })
  const before = chat().length
  await run(await order('Enhance the text', 'Llama-3.3-70B', /Llama 3.3 70B/iu))
  await page.locator('[data-replanned]').waitFor({ timeout: 90_000 })
  expect(await page.locator('[data-replanned]').innerText()).toContain('2,048')
  const refusals = chat()
    .slice(before)
    .filter(({ status }) => status === 422)
  expect(refusals.length).toBeGreaterThan(0)
  const made = (await api<Recording>('GET', `/transcriptions/${recordingId}`)).texts.find(
    ({ kind, plan }) => kind === 'enhanced' && (plan?.replans ?? 0) > 0,
  )
  expect(made?.plan?.chunks).toBeGreaterThan(1)
  const points = [...(made?.content.matchAll(/Point (\d+) was/gu) ?? [])].map((match) => Number(match[1]))
  expect(points).toEqual(sentences.map((_, index) => index + 1))
  expect(await page.locator('[data-maker]').innerText()).toContain(SMALL)
  await page.locator('[data-why-model] summary').click()
  await picture('2-limit')
})

test('3. temperature on GPT-5: the parameter is left out with a note, nobody is refused', async () => {
  const model = (await models()).find(({ key, provider, available }) => {
    return provider === 'openai' && /^gpt-5/u.test(key) && available
  })
  if (model === undefined) throw new Error('The catalog has no GPT-5 any more')
  const before = chat().length
  await run(await order('Summarize', model.key, new RegExp(model.displayName, 'iu')))
  const note = page.locator('[data-note=parameter-dropped], [data-note=parameter-mapped]').first()
  await note.waitFor({ timeout: 60_000 })
  expect(await note.innerText()).toContain('temperature')
  expect(await page.locator('[data-maker]').innerText()).toContain(model.key)
  const calls = chat().slice(before)
  expect(calls.map(({ status }) => status)).toEqual([200])
  expect(calls[0]?.body).not.toHaveProperty('temperature')
  await picture('3-temperature')
})

test('4. an error is shown where the result would be, nothing is charged, and the way on works', async () => {
  const model = (await models()).find(({ provider, available }) => provider === 'openai' && available)
  if (model === undefined) throw new Error('No model of OpenAI is available')
  // Nobody else is to be asked, so that the failure is final.
  await api('PUT', '/chains/lecture_notes', { models: [], lastResort: false })
  const fault = { provider: 'openai', model: model.key, operation: 'chat', fault: 'unknown-model' } as const
  simulator.addFault(fault)
  const owned = await balance()
  await run(await order('Write lecture notes', model.key, new RegExp(model.displayName, 'iu')))
  const failure = page.locator('[data-failure]')
  await failure.waitFor({ timeout: 60_000 })
  const said = await failure.innerText()
  expect(said).toContain(model.key)
  expect(said).toContain('OpenAI')
  expect(said).toContain('No credit was charged.')
  expect(await failure.getAttribute('role')).toBe('alert')
  expect(await balance()).toBe(owned)
  await failure.getByText('Technical detail').click()
  expect(await failure.locator('pre').innerText()).not.toContain('simulated-key-of')
  await failure.getByText('Technical detail').click()
  await picture('4-error')
  await failure.getByRole('button', { name: 'Retry with a different model' }).waitFor()
  // One of the live models that are offered.
  await failure.locator('[data-suggestion]').first().click()
  const dialog = page.getByRole('dialog', { name: 'Write lecture notes' })
  await run(dialog)
  await page.locator('[data-maker]').waitFor({ timeout: 60_000 })
  await failure.waitFor({ state: 'detached' })
  await poll(balance).toBeLessThan(owned)
})

test('no page wrote an error or asked another host', () => {
  opened.expectClean()
})
