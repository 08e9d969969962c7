/** Every page in both themes and both languages: accessible by the rules of axe, and whole on a narrow phone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRecording, signUpFirst, untilFinished } from './browser.ts'
import { openContext, overflow, poll, upload, untilTheme } from './context.ts'
import { sample } from './media.ts'
import { openStage } from './stage.ts'
import { violationsOf } from './violations.ts'

const stage = await openStage()
afterAll(async () => await stage.close())
const opened = await openContext(stage.browser, stage.server.address)
const page = await opened.context.newPage()
let recording: string

const violations = (): Promise<string[]> => violationsOf(page)
const settle = async (): Promise<void> => {
  await page.waitForLoadState('networkidle').catch(() => undefined)
  await page.locator('h1').first().waitFor()
}

const pages: [string, () => string][] = [
  ['the list', () => '/'],
  ['upload', () => '/upload'],
  ['the transcript', () => recording],
  ['the cleaned text', () => `${recording}?tab=cleaned`],
  ['the enhanced text', () => `${recording}?tab=enhanced`],
  ['the summary', () => `${recording}?tab=summary`],
  ['comparison', () => `${recording}/compare`],
  ['account', () => '/settings/account'],
  ['appearance', () => '/settings/appearance'],
  ['the lecture notes', () => `${recording}?tab=lecture_notes`],
  ['the translation', () => `${recording}?tab=translation`],
  ['templates', () => '/settings/templates'],
  ['fallback chains', () => '/settings/ai-models'],
  ['speech models', () => '/settings/speech'],
  ['invitations', () => '/settings/invitations'],
  ['no page', () => '/nowhere'],
  ['no recording', () => '/recordings/00000000-0000-4000-8000-000000000000'],
]

const { changePreferences } = opened

test('the page of the first run', async () => {
  await page.goto('/')
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  expect(await violations()).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  await untilTheme(page, 'dark')
  expect(await violations()).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
})

test('the empty list', async () => {
  await signUpFirst(page)
  await page.getByText('Drop a recording to begin').waitFor()
  expect(await violations()).toEqual([])
  await upload(page, [sample('austen-0880.wav')])
  await openRecording(page, 'austen-0880')
  await untilFinished(page)
  recording = new URL(page.url()).pathname
})

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  beforeAll(async () => {
    await changePreferences({ theme })
  })
  test.each(pages)('%s', async (_name, address) => {
    await page.goto(address())
    await settle()
    await untilTheme(page, theme)
    expect(await violations()).toEqual([])
  })
})

describe('phone', () => {
  beforeAll(async () => {
    await page.setViewportSize({ width: 360, height: 720 })
    await changePreferences({ theme: 'light', locale: 'tr' })
  })
  test.each(pages)('%s fits into 360 pixels, in Turkish', async (_name, address) => {
    await page.goto(address())
    await settle()
    await poll(async () => await page.evaluate(() => document.documentElement.lang)).toBe('tr')
    await poll(() => overflow(page)).toBeLessThanOrEqual(0)
    expect(await violations()).toEqual([])
  })
  test('the menu opens over the page and leads on', async () => {
    await page.goto('/')
    await page.getByRole('button', { name: 'Menüyü aç' }).click()
    await page.getByRole('link', { name: 'Ayarlar' }).click()
    await page.getByRole('heading', { name: 'Ayarlar', exact: true }).waitFor()
  })
})

test('language and theme are switched in the menu and stay after a reload', async () => {
  await page.setViewportSize({ width: 1280, height: 820 })
  await page.goto('/')
  await page.getByRole('heading', { name: 'Kayıtlar', exact: true }).waitFor()
  await page.getByRole('button', { name: /^Ada Lovelace/u }).click()
  await page.getByText('English', { exact: true }).click()
  await page.getByRole('heading', { name: 'Recordings', exact: true }).waitFor()
  await page.locator('label', { hasText: 'Dark' }).click()
  await untilTheme(page, 'dark')
  await page.reload()
  await page.getByRole('heading', { name: 'Recordings', exact: true }).waitFor()
  expect(await page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])).toBe('dark')
})

test('the palette runs commands, and ? lists the shortcuts', async () => {
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: 'Search commands' }).fill('settings')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  expect(await violations()).toEqual([])
  await page.keyboard.press('Escape')
})

test('an invitation makes an account in another browser', async () => {
  await page.goto('/settings/invitations')
  await page.getByRole('textbox', { name: 'Email' }).fill('grace@example.org')
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const link = await page.locator('[data-invitation-link]').innerText()
  const other = await openContext(stage.browser, stage.server.address)
  const guest = await other.context.newPage()
  await guest.goto(new URL(link).pathname + new URL(link).search)
  await guest.getByLabel('Name').fill('Grace Hopper')
  await guest.getByLabel('Email').fill('grace@example.org')
  await guest.getByRole('textbox', { name: 'Password' }).fill('another long password')
  await guest.getByRole('button', { name: 'Create account' }).click()
  await guest.getByText('Drop a recording to begin').waitFor()
  await guest.goto('/settings/account')
  expect(await guest.getByRole('tab', { name: 'Invitations' }).count()).toBe(0)
  other.expectClean()
  await other.context.close()
})

test('no page wrote an error or asked another host', () => {
  opened.expectClean()
})
