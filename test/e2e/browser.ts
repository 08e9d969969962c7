/** A real browser, and what every browser test needs of it. */
import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { expect } from 'vitest'

const findChromium = (): string => {
  const path = [
    process.env['CHROMIUM_PATH'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ]
  const found = path.find((candidate) => candidate !== undefined && existsSync(candidate))
  if (found === undefined) throw new Error('No Chromium was found. Install it, or set CHROMIUM_PATH to it.')
  return found
}

export const launchBrowser = async (): Promise<Browser> =>
  await chromium.launch({
    executablePath: findChromium(),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-domain-reliability',
      '--autoplay-policy=no-user-gesture-required',
      '--no-first-run',
    ],
  })

export interface OpenedContext {
  context: BrowserContext
  /** Fails when a page asked for anything that is not at the server, or wrote an error. */
  expectClean(): void
}

/** Refusals that a test provokes show in the console as failed loads; they are judged where they are shown. */
const isLoadFailure = (text: string): boolean => text.startsWith('Failed to load resource')

export const openContext = async (
  browser: Browser,
  address: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<OpenedContext> => {
  const context = await browser.newContext({ baseURL: address, locale: 'en-US', colorScheme: 'light', ...options })
  context.setDefaultTimeout(30_000)
  const outside: string[] = []
  const errors: string[] = []
  context.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${address}/`) && !/^(data|blob):/u.test(url)) outside.push(url)
  })
  context.on('console', (message) => {
    if (message.type() === 'error' && !isLoadFailure(message.text())) errors.push(message.text())
  })
  context.on('weberror', (error) => errors.push(error.error().stack ?? String(error.error())))
  return {
    context,
    expectClean: () => {
      expect(outside, 'requests to other hosts').toEqual([])
      expect(errors, 'errors in the console').toEqual([])
    },
  }
}

/** Asks again until it is as expected; pages need a moment, more on a busy machine. */
export const poll = <Value>(read: () => Promise<Value> | Value, timeoutMs = 20_000) =>
  expect.poll(read, { timeout: timeoutMs, interval: 60 })

export const account = { name: 'Ada Lovelace', email: 'ada@example.org', password: 'correct horse battery' }

/** The first account of a new server, made in the page. */
export const signUpFirst = async (page: Page): Promise<void> => {
  await page.goto('/')
  await page.getByLabel('Name').fill(account.name)
  await page.getByLabel('Email').fill(account.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(account.password)
  await page.getByRole('button', { name: 'Create the administrator' }).click()
  await page.getByRole('heading', { name: 'Recordings', exact: true }).waitFor()
}

export const signIn = async (page: Page): Promise<void> => {
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(account.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Recordings', exact: true }).waitFor()
}

/** Chooses files on the upload page and starts; returns when each is confirmed. */
export const upload = async (page: Page, paths: string[]): Promise<void> => {
  await page.goto('/upload')
  await page.locator('main input[type=file]').setInputFiles(paths)
  await page.getByRole('button', { name: /^Upload \d/u }).click()
  await poll(async () => await page.locator('[data-upload-state=done]').count(), 60_000).toBe(paths.length)
}

/** Opens a recording from the list. */
export const openRecording = async (page: Page, title: string): Promise<void> => {
  await page.goto('/')
  await page.getByRole('link', { name: title, exact: true }).click()
  await page.getByRole('heading', { name: title, exact: true }).waitFor()
}

/** Waits until every step of the open recording has ended. */
export const untilFinished = async (page: Page): Promise<void> => {
  await page
    .locator('[data-step=summarize]:is([data-status=done],[data-status=failed],[data-status=skipped])')
    .waitFor({
      timeout: 150_000,
    })
  await page.locator('[data-status=running]').waitFor({ state: 'detached' })
}
