/** Credits on the page: the balance everywhere, history with filters and CSV, spend, and what administrators do. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCredits, type Credits } from '../../src/credits/credits.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { signUpFirst } from './browser.ts'
import { openContext, overflow, poll, untilTheme } from './context.ts'
import { sample } from './media.ts'
import { openStage } from './stage.ts'
import { violationsOf } from './violations.ts'

const stage = await openStage({ NEW_USER_CREDITS: '50' })
afterAll(async () => await stage.close())
const opened = await openContext(stage.browser, stage.server.address)
const page = await opened.context.newPage()

const credits: Credits = createCredits({
  db: stage.database.db,
  clock: systemClock,
  newId: createId,
  logger: silentLogger,
  settings: { enabled: true, newUserCredits: 50 },
  modelOf: (name) => {
    const [provider = '', model = ''] = name.split('/')
    return { provider, model, multiplier: 1 }
  },
  isOwn: () => false,
})
let userId = ''

/** A run as the pipeline charges it. */
const spend = async (
  operation: string,
  model: string,
  characters: number,
  costMicrocents: number | null,
  transcriptionId = createId(),
) => {
  const order = { userId, transcriptionId, workId: createId(), operation, model }
  const charge = await credits.charging?.begin({ ...order, size: { characters, seconds: null } })
  const [provider = '', key = ''] = model.split('/')
  const part = { path: '0', content: 'words', share: 1, provider, model: key, costMicrocents }
  await stage.database.db.transaction().execute(async (tx) => charge?.settle(tx, [part], 0))
  charge?.leave()
}

const violations = (): Promise<string[]> => violationsOf(page)
const { changePreferences } = opened
const balance = page.getByRole('navigation').locator('[data-credit-balance]')
const balanceOnPhone = page.getByRole('banner').locator('[data-credit-balance]')

beforeAll(async () => {
  await page.goto('/')
  await signUpFirst(page)
  const { rows } = await stage.database.pool.query<{ id: string }>('select id from users')
  userId = rows[0]?.id ?? ''
})

test('a new user sees on every page what they begin with, and a page that has nothing to tell yet', async () => {
  await poll(async () => await balance.textContent()).toContain('50 credits left')
  await balance.click()
  await page.getByRole('heading', { name: 'Credits', exact: true }).waitFor()
  await page.getByText('Nothing was spent in this period.').waitFor()
  expect(await violations()).toEqual([])
})

test('what was spent stands in the history, by day and by model; an unknown cost is not 0', async () => {
  await spend('enhancement', 'maker/large', 20_000, 1_500_000)
  await spend('summary', 'maker/small', 8_000, null)
  await page.goto('/credits')
  await page.locator('[data-available="26"]').waitFor()
  const table = page.locator('[data-spend-table]')
  await poll(async () => await table.locator('tbody tr').allTextContents()).toEqual([
    expect.stringMatching(/maker · largeEnhancement.*20/u),
    expect.stringMatching(/maker · smallSummary.*4.*unknown/u),
  ])
  await page.getByRole('region', { name: 'Credits by day' }).locator('svg').first().waitFor()
  await poll(async () => await page.locator('[data-entry]').count()).toBe(5)
})

test('filters leave out the rest, and the file holds the same', async () => {
  await page.goto('/credits')
  await page.getByRole('combobox', { name: 'Entry' }).click()
  await page.getByRole('option', { name: 'Charged' }).click()
  await page.getByLabel('Model', { exact: true }).fill('maker/small')
  await poll(async () => await page.locator('[data-entry]').count()).toBe(1)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'CSV' }).click()
  const lines = await (await download).createReadStream().then((stream) => Array.fromAsync(stream))
  const rows = Buffer.concat(lines.map((chunk) => Buffer.from(chunk as Uint8Array)))
    .toString()
    .trim()
    .split('\r\n')
  expect(rows).toHaveLength(2)
  expect(rows[1]).toContain('summary,maker,small,-4,-4,unknown')
})

test('an administrator sets a budget and grants with a reason; the user is warned and sees why', async () => {
  await page.goto('/admin/credits')
  await page.getByRole('button', { name: /^Budget of/u }).click()
  await page.getByRole('textbox', { name: 'Credits a month' }).fill('28')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('over 80 %').waitFor()
  await page.getByRole('button', { name: /^Grant credits to/u }).click()
  await page.getByRole('textbox', { name: 'Credits' }).fill('-20')
  await page.getByRole('textbox', { name: 'Reason' }).fill('Workshop is over')
  await page.getByRole('button', { name: 'Take back' }).click()
  await poll(async () => await page.locator('[data-credit-account]').textContent()).toContain('running low')
  await poll(async () => await balance.textContent()).toContain('6 credits left')
  await page.goto('/credits')
  await page.locator('[data-credit-warning=low]').waitFor()
  await page.locator('[data-credit-warning=budget-warning]').waitFor()
  await page.getByText('Workshop is over').waitFor()
})

test('an administrator sets a price and takes it away', async () => {
  await page.goto('/admin/credits')
  await page.getByRole('button', { name: 'Add a price' }).click()
  await page.getByRole('textbox', { name: 'Provider' }).fill('maker')
  await page.getByRole('dialog').getByRole('textbox', { name: 'Credits' }).fill('2.5')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const row = page.locator('[data-price="enhancement maker"]')
  await poll(async () => await row.textContent()).toContain('2.5')
  await page.getByRole('button', { name: 'Take the price away: Enhancement, maker' }).click()
  await poll(async () => await row.count()).toBe(0)
})

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test.each(['/credits', '/admin/credits'])('%s', async (address) => {
    await changePreferences({ theme, locale: 'en' })
    await page.goto(address)
    await page.locator('[data-spend-table]').waitFor()
    await untilTheme(page, theme)
    expect(await violations()).toEqual([])
  })
})

test.each(['/credits', '/admin/credits'])('%s fits a phone, in Turkish', async (address) => {
  await page.setViewportSize({ width: 390, height: 780 })
  await changePreferences({ theme: 'light', locale: 'tr' })
  await page.goto(address)
  await page.locator('[data-spend-table]').waitFor()
  await poll(async () => await page.evaluate(() => document.documentElement.lang)).toBe('tr')
  await poll(() => overflow(page)).toBeLessThanOrEqual(0)
  expect(await violations()).toEqual([])
  await poll(async () => await balanceOnPhone.getAttribute('aria-label')).toContain('6 kredi kaldı')
})

test('on a phone the amounts of the history can be read without moving the table', async () => {
  await page.goto('/credits')
  const amounts = page.locator('[data-entry=capture] [data-amount-beside]')
  await poll(async () => await amounts.allTextContents()).toEqual(['-4', '-20'])
  const edge = await amounts.first().evaluate((element) => element.getBoundingClientRect().right)
  expect(edge).toBeLessThan(390)
  const spent = await page
    .locator('[data-spend-table] tbody tr')
    .first()
    .locator('[data-spent]')
    .evaluate((element) => {
      const range = document.createRange()
      range.selectNodeContents(element)
      return range.getBoundingClientRect().right
    })
  expect(spent).toBeLessThan(375)
})

test('an entry leads to its recording by title, and says when that is gone', async () => {
  await changePreferences({ locale: 'en', theme: 'light' })
  await page.setViewportSize({ width: 1280, height: 860 })
  await page.goto('/upload')
  await page.locator('main input[type=file]').setInputFiles([sample('austen-0880.wav')])
  await page.getByRole('button', { name: 'Upload 1 file' }).click()
  await page.getByRole('link', { name: 'Open' }).click()
  await page.waitForURL(/\/recordings\/[0-9a-f-]{36}/u)
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await opened.api('PATCH', `/transcriptions/${id}`, { title: 'Reading, with tea' })
  await spend('translation', 'maker/tiny', 1_000, 5, id)
  await page.goto('/credits')
  const charged = page.locator('[data-entry=capture]')
  await poll(async () => await charged.first().textContent()).toMatch(/Translation.*maker · tiny.*Reading, with tea/u)
  await poll(async () => await charged.nth(1).textContent()).toContain('A deleted recording')
  const file = await page.evaluate(async () => await (await fetch('/api/v1/credits/entries?format=csv')).text())
  const line = file.split('\r\n').find((one) => one.includes(',capture,translation,'))
  expect(line).toMatch(/,"Reading, with tea"$/u)
  await charged.getByRole('link', { name: 'Reading, with tea' }).click()
  await page.waitForURL(`**/recordings/${id}`)
  await opened.api('DELETE', `/transcriptions/${id}`)
})

test('nothing was asked elsewhere, and no page wrote an error', () => opened.expectClean())
