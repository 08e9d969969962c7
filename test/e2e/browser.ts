/** A real browser, and the ways through the pages that tests and pictures share. Knows no test runner. */
import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'

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
