/** A failed AI step never hides: the recording completes, the page says what failed and offers the way on. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import type { Problem } from '../../src/http/contract/problem.ts'
import { createSimulator } from '../../simulator/simulator.ts'
import { openRecording, signUpFirst, untilFinished } from './browser.ts'
import { openContext, poll, upload } from './context.ts'
import { makeSilence, sample } from './media.ts'
import { openStage } from './stage.ts'

const simulator = createSimulator()
const { urls } = await simulator.start()
afterAll(async () => await simulator.close())
const stage = await openStage({
  OPENAI_COMPATIBLE_SIM_BASE_URL: urls.compatible,
  OPENAI_COMPATIBLE_SIM_API_KEY: 'sk-simulated-key-0001',
  OPENAI_COMPATIBLE_SIM_MODELS: 'local-model',
})
afterAll(async () => await stage.close())
const opened = await openContext(stage.browser, stage.server.address)
const page = await opened.context.newPage()
await signUpFirst(page)

/** `ref` is `provider/key`: what is read of an option tells of other models too. */
const chooseModel = async (within: Page | ReturnType<Page['getByRole']>, ref: string): Promise<void> => {
  await within.getByRole('button', { name: /^Model for text/u }).click()
  await page.locator(`[role=option][value="${ref}"]`).click()
}
const tab = async (name: string): Promise<void> =>
  await page.getByRole('tab', { name: new RegExp(`^${name}`, 'u') }).click()
const maker = async (): Promise<string> => await page.locator('[data-maker]').innerText()

test('a provider that fails: the transcript is whole, the failure stands where its result would be', async () => {
  simulator.addFault({ provider: 'compatible', model: 'local-model', fault: 'status:401' })
  await page.goto('/upload')
  await chooseModel(page, 'sim/local-model')
  await page.locator('main input[type=file]').setInputFiles([sample('austen-0880.wav')])
  await page.getByRole('button', { name: 'Upload 1 file' }).click()
  await page.getByRole('link', { name: 'Open' }).click()
  await untilFinished(page)
  await page
    .getByText(/ill.disposed young man/iu)
    .first()
    .waitFor()
  await tab('Summary')
  const failure = page.locator('[data-failure]')
  await failure.waitFor()
  await failure.getByRole('button', { name: 'Retry with a different model' }).waitFor()
  await failure.getByText('local-model', { exact: false }).first().waitFor()
  await failure.getByText('Technical detail').click()
  expect(await failure.locator('pre').innerText()).not.toContain('sk-simulated')
  await page.goto('/')
  await page.getByText('Summary failed').waitFor()
})

test('retry with a different model puts the result there', async () => {
  await openRecording(page, 'austen-0880')
  await tab('Summary')
  await page.getByRole('button', { name: 'Retry with a different model' }).click()
  const dialog = page.getByRole('dialog')
  // It does not begin with the one that has just failed.
  expect(await dialog.innerText()).not.toContain('local-model')
  await chooseModel(dialog, 'offline/basic')
  await dialog.getByRole('button', { name: 'Run' }).click()
  await page.locator('[data-maker]').waitFor()
  await poll(maker).toBe('Basic, no AI')
  await page.locator('[data-failure]').waitFor({ state: 'detached' })
})

test('when the provider is well again, its result stands beside the earlier one', async () => {
  await simulator.reset()
  await openRecording(page, 'austen-0880')
  await tab('Summary')
  await page.getByRole('button', { name: 'More for this text' }).click()
  await page.getByRole('menuitem', { name: 'Run again with another model' }).click()
  const dialog = page.getByRole('dialog')
  await chooseModel(dialog, 'sim/local-model')
  await dialog.getByRole('button', { name: 'Run' }).click()
  // The key that was refused rests for some seconds: until then the page says so, and offers the same again.
  const versions = page.getByRole('combobox', { name: 'Version' })
  const again = page.getByRole('button', { name: 'Retry as it was' })
  await versions.or(again).first().waitFor({ timeout: 60_000 })
  while (!(await versions.isVisible())) {
    // It may give way to the result in this very moment.
    if (await again.isVisible()) await again.click({ timeout: 2000 }).catch(() => undefined)
    await page.waitForTimeout(1000)
  }
  await poll(maker).toBe('sim · local-model')
})

test('choices are remembered for the next upload', async () => {
  await page.goto('/upload')
  await poll(async () => await page.getByRole('button', { name: /^Model for text/u }).innerText()).toMatch(
    /local-model/u,
  )
})

test('silence gives no words, and the page says so', async () => {
  await upload(page, [await makeSilence(join(stage.folder, 'silence.wav'), 4)])
  await openRecording(page, 'silence')
  await untilFinished(page)
  await page.getByText('No speech was found').first().waitFor()
  await page.goto(`${stage.server.address}/recordings`)
  await page.getByRole('listitem').filter({ hasText: 'silence' }).getByText('No words in it').waitFor()
})

test('while the server is away the page says so, and goes on when it is back', async () => {
  await openRecording(page, 'austen-0880')
  await stage.server.away(async () => {
    await page.getByText('The server cannot be reached', { exact: false }).waitFor({ timeout: 60_000 })
  })
  await page.getByText('The server cannot be reached', { exact: false }).waitFor({ state: 'detached', timeout: 60_000 })
  await page
    .getByText(/ill.disposed young man/iu)
    .first()
    .waitFor()
})

test('a page that was opened while the database is away goes on by itself when it is back', async () => {
  const problem: Problem = {
    type: '/api/docs#database-unavailable',
    status: 503,
    code: 'database-unavailable',
    title: 'The database cannot be reached',
    detail: 'connect ECONNREFUSED',
    advice: 'Try again in a moment.',
  }
  await page.route('**/api/v1/**', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  )
  await page.goto('/')
  await page.getByRole('heading', { name: 'The database cannot be reached' }).waitFor()
  await page.getByText('This page asks again by itself').waitFor()
  await page.unroute('**/api/v1/**')
  await page.getByRole('heading', { name: 'Recordings', exact: true }).waitFor()
})
