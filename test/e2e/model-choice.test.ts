/** Choosing a model: found, judged, checked; gone in between; several at once; own prompts and own chains. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Locator } from 'playwright-core'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { untilFinished } from './browser.ts'
import { poll } from './context.ts'
import { sample } from './media.ts'
import { openProviderStage } from './provider-stage.ts'
import { violationsOf } from './violations.ts'

const { opened, page } = await openProviderStage({ providers: ['openai', 'groq'] })
const { api } = opened

interface Model {
  ref: string
  key: string
  displayName: string
  provider: string
  available: boolean
}
const { models } = await api<{ models: Model[] }>('GET', '/models')
const [first, second, third] = models.filter((model) => model.provider === 'groq' && model.available)
if (first === undefined || second === undefined || third === undefined) throw new Error('Groq has too few models')

const picker = (within: Locator = page.locator('main')): Locator =>
  within.getByRole('button', { name: /^Model for text/u })
const option = (ref: string): Locator => page.locator(`[role=option][value="${ref}"]:visible`)
const search = (): Locator => page.getByRole('textbox', { name: 'Search', exact: true })
const check = (): Locator => page.locator('[data-model-check]').first()
const violations = (): Promise<string[]> => violationsOf(page)
const choose = async (ref: string, within?: Locator): Promise<void> => {
  await picker(within).click()
  await search().waitFor()
  // The list is read anew while it is open: a click may meet a row that is just being replaced.
  while (await search().isVisible()) {
    await option(ref)
      .click({ timeout: 2000 })
      .catch(() => undefined)
    await page.waitForTimeout(200)
  }
}
/** What a screen reader says: the option that the search field points to. */
const spoken = async (): Promise<string> =>
  await page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant')
    return id == null ? '' : (document.getElementById(id)?.textContent ?? '')
  })

/** A recording with its transcript and no other text, for the tests that make some. */
let recording = ''
beforeAll(async () => {
  const path = sample('austen-0880.wav')
  const file = { name: basename(path), mimeType: 'audio/wav', buffer: await readFile(path) }
  const made = await opened.context.request.post('/api/v1/transcriptions', {
    headers: { origin: opened.address },
    multipart: { file, language: 'en', enhance: 'false', summarize: 'false' },
  })
  const { id } = (await made.json()) as { id: string }
  recording = `/recordings/${id}`
})

/** Each test begins from a page of its own, whatever the one before it left. */
const openUpload = async (): Promise<void> => {
  await page.goto('/upload')
  await poll(async () => await picker().isEnabled()).toBe(true)
}
const openRecording = async (): Promise<void> => {
  await page.goto(recording)
  await untilFinished(page)
}

test('the list stands at once; opening it asks the providers, and says what each model is', async () => {
  await openUpload()
  await picker().click()
  await page.getByText(/Providers were asked/u).waitFor()
  const row = option(first.ref)
  await row.getByText('Available', { exact: true }).waitFor()
  const facts = await row.innerText()
  expect(facts).toContain('context')
  expect(facts).toContain('credits')
  await option('auto:cheapest')
    .getByText(/^Would ask /u)
    .waitFor()
  expect(await violations()).toEqual([])
})

test('it is searched and filtered; what cannot be chosen says why, to a screen reader too, and stays unchosen', async () => {
  await openUpload()
  const before = await picker().innerText()
  await picker().click()
  await page.getByRole('combobox', { name: 'All providers' }).selectOption('Groq')
  await poll(async () => await option('auto:best').count()).toBe(0)
  await page.getByRole('combobox', { name: 'All providers' }).selectOption('')
  await search().fill('llama-3.3-70b-versatile')
  await poll(async () => await page.locator('[role=option][data-combobox-option]:visible').count()).toBeLessThan(4)
  await search().press('ArrowDown')
  await poll(spoken).toMatch(/Retired by Groq/u)
  await search().press('Enter')
  expect(await search().isVisible()).toBe(true)
  await search().press('Escape')
  await search().waitFor({ state: 'detached' })
  expect(await picker().innerText()).toBe(before)
})

test('by keyboard alone: open, search, choose; the choice is checked at once', async () => {
  await openUpload()
  await picker().press('Enter')
  await search().waitFor()
  await page.keyboard.type(first.key)
  // As a person would: the keys go on once the list shows what was typed.
  await page.locator('[role=option][value="auto:best"]:visible').waitFor({ state: 'detached' })
  await page.keyboard.press('ArrowDown')
  await poll(spoken).toContain(first.displayName)
  await page.keyboard.press('Enter')
  await poll(async () => await picker().innerText()).toBe(first.displayName)
  await page.getByText(/^Available, checked/u).waitFor()
  await poll(async () => await check().getAttribute('data-model-check')).toBe('available')
})

test('a model that is gone by the time of the upload: nothing starts, nothing is lost, one click takes another', async () => {
  await openUpload()
  await choose(first.ref)
  await page.locator('main input[type=file]').setInputFiles([sample('austen-0880.wav')])
  await page.locator('[data-estimate]').waitFor()
  const activate = async (active: boolean): Promise<unknown> =>
    await api('PATCH', `/admin/models/groq/${encodeURIComponent(first.key)}`, { active })
  await activate(false)
  onTestFinished(async () => void (await activate(true)))
  await page.getByRole('button', { name: 'Upload 1 file' }).click()
  await page.locator('[data-vanished]').waitFor()
  await page.getByText('austen-0880.wav').waitFor()
  expect(await violations()).toEqual([])
  await check().locator('[data-suggestion]').first().click()
  await page.locator('[data-vanished]').waitFor({ state: 'detached' })
  await page.getByText(/^Available, checked/u).waitFor()
  await page.getByRole('button', { name: 'Upload 1 file' }).click()
  await page.getByRole('link', { name: 'Open' }).click()
  await untilFinished(page)
})

test('several models do the same in one go, and their results stand side by side', async () => {
  await openRecording()
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Summarize', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Summarize' })
  await dialog.getByRole('combobox', { name: 'Kind of summary' }).click()
  await page.getByRole('option', { name: 'Bullet points' }).click()
  await choose(second.ref, dialog)
  await dialog.getByRole('button', { name: 'Add a model to compare' }).click()
  await dialog.getByRole('button', { name: /^Model 2/u }).click()
  await option(third.ref).click()
  await poll(async () => await dialog.locator('[data-estimate]').count()).toBe(2)
  expect(await violations()).toEqual([])
  await dialog.getByRole('button', { name: 'Run with 2 models' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Compare the versions' }).click()
  await page.locator('[data-column="1"]').waitFor()
  const shown = async (): Promise<string> => (await page.locator('[data-column]').allInnerTexts()).join('\n')
  await poll(shown).toContain(second.key)
  await poll(shown).toContain(third.key)
  const before = await page.locator('[data-column]').count()
  await page.getByRole('button', { name: 'Add a text' }).click()
  await poll(async () => await page.locator('[data-column]').count()).toBe(before + 1)
  expect(await violations()).toEqual([])
})

test('lecture notes have times that lead into the recording; a translation has its own export', async () => {
  await openRecording()
  await page.getByRole('tab', { name: 'Lecture notes' }).click()
  await page.getByRole('button', { name: 'Write lecture notes' }).click()
  const notes = page.getByRole('dialog', { name: 'Write lecture notes' })
  await choose(second.ref, notes)
  await notes.getByRole('button', { name: 'Run', exact: true }).click()
  const moment = page.locator('[data-moment]').first()
  await moment.waitFor({ timeout: 60_000 })
  await moment.click()
  const played = async (): Promise<number> =>
    await page.evaluate(() => document.querySelector('audio')?.played.length ?? 0)
  await poll(played).toBeGreaterThan(0)
  // Two seconds of sound: it ends by itself.
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor()

  await page.getByRole('tab', { name: 'Translation' }).click()
  await page.getByRole('button', { name: 'Translate', exact: true }).click()
  const translation = page.getByRole('dialog', { name: 'Translate' })
  await choose(second.ref, translation)
  await translation.getByRole('combobox', { name: 'Translate into' }).click()
  await page.getByRole('option', { name: 'Turkish', exact: true }).click()
  await translation.getByRole('button', { name: 'Run', exact: true }).click()
  await page.locator('[data-maker]').waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('combobox', { name: 'Text' }).click()
  await page.getByRole('option', { name: 'Translation', exact: true }).click()
  const href = await page.getByRole('link', { name: /SRT/u }).getAttribute('href')
  const srt = await (await opened.context.request.get(href ?? '')).text()
  expect(srt).toMatch(/^1\r?\n00:00:/u)
})

test('a template is made with its variables tried out, and used', async () => {
  await page.goto('/settings/templates')
  await page.getByRole('button', { name: 'New template' }).click()
  const dialog = page.getByRole('dialog', { name: 'New template' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Minutes')
  const prompt = dialog.getByRole('textbox', { name: 'What the model is to do' })
  await prompt.fill('Write minutes of {{nothing}}')
  await dialog
    .getByText(/nothing/u)
    .last()
    .waitFor()
  await poll(async () => await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await prompt.fill('Write minutes of ')
  await dialog.getByRole('button', { name: /^title:/u }).click()
  await dialog
    .locator('[data-template-preview]')
    .getByText(/^Write minutes of (?!\{)/u)
    .first()
    .waitFor()
  expect(await violations()).toEqual([])
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Edit Minutes' }).waitFor()

  await openRecording()
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Summarize', exact: true }).click()
  const order = page.getByRole('dialog', { name: 'Summarize' })
  await order.getByRole('combobox', { name: 'Template' }).click()
  await page.getByRole('option', { name: 'Minutes' }).click()
  await order.getByRole('button', { name: 'Run', exact: true }).click()
  await order.waitFor({ state: 'detached' })
  await page.getByText('Minutes', { exact: true }).waitFor({ timeout: 60_000 })
})

test('an own chain is set in its order, holds, and is taken back', async () => {
  await page.goto('/settings/ai-models')
  const chain = page.locator('[data-chain=summary]')
  await chain.getByRole('button', { name: 'Change: Summary' }).click()
  // Saved as it opens, it would mean that nobody else is asked.
  expect(await chain.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true')
  for (const model of [second, third]) {
    await chain.getByRole('button', { name: /^Add a model/u }).click()
    await option(model.ref).click()
    await chain.getByRole('button', { name: 'Add', exact: true }).click()
  }
  await chain.getByRole('button', { name: `Move ${third.displayName} up` }).click()
  expect(await violations()).toEqual([])
  await chain.getByRole('button', { name: 'Save' }).click()
  await chain.getByText('Your own').waitFor()
  const { items } = await api<{ items: { operation: string; models: string[] }[] }>('GET', '/chains')
  expect(items).toMatchObject([{ operation: 'summary', models: [third.ref, second.ref] }])
  await chain.getByRole('button', { name: 'Undo my choice' }).click()
  await chain.getByText('As for all texts.').waitFor()
})

test('no page wrote an error or asked another host', () => {
  opened.expectClean()
})
