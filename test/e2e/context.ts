/** What every browser test needs beside the ways through the pages: a watched context, patience, uploads. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'

export interface OpenedContext {
  context: BrowserContext
  address: string
  /** A request beside the page, with the session of its browser; fails when it is refused. */
  api<Answer>(method: string, path: string, data?: object): Promise<Answer>
  changePreferences(preferences: object): Promise<void>
  /** Fails when a page asked for anything that is not at the server, or wrote an error. */
  expectClean(): void
}

/** Refusals that a test provokes show in the console as failed loads; they are judged where they are shown. */
const isLoadFailure = (text: string): boolean => text.startsWith('Failed to load resource')

/** `E2E_SLOWDOWN=6` makes the pages think six times slower: races that a slow machine has show on a quick one. */
const slowdown = Number(process.env['E2E_SLOWDOWN'] ?? 1)

const slowDown = async (page: Page): Promise<void> => {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
}

export const openContext = async (
  browser: Browser,
  address: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<OpenedContext> => {
  const context = await browser.newContext({ baseURL: address, locale: 'en-US', colorScheme: 'light', ...options })
  context.setDefaultTimeout(30_000)
  // A page may be closed again before it is slowed down.
  if (slowdown > 1) context.on('page', (page) => void slowDown(page).catch(() => undefined))
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
  const api = async <Answer>(method: string, path: string, data?: object): Promise<Answer> => {
    const answer = await context.request.fetch(`/api/v1${path}`, {
      method,
      headers: { origin: address },
      ...(data === undefined ? {} : { data }),
    })
    expect(answer.status(), `${method} ${path}: ${await answer.text()}`).toBeLessThan(300)
    return (await answer.json()) as Answer
  }
  return {
    context,
    address,
    api,
    changePreferences: async (preferences) => {
      await api('PATCH', '/me', { preferences })
    },
    expectClean: () => {
      expect(outside, 'requests to other hosts').toEqual([])
      expect(errors, 'errors in the console').toEqual([])
    },
  }
}

/** Asks again until it is as expected; pages need a moment, more on a busy machine. */
export const poll = <Value>(read: () => Promise<Value> | Value, timeoutMs = 20_000) =>
  expect.poll(read, { timeout: timeoutMs, interval: 60 })

/** The page is drawn in a theme a moment after it was asked for. */
export const untilTheme = async (page: Page, theme: 'light' | 'dark'): Promise<void> => {
  await poll(async () => await page.evaluate(() => document.documentElement.dataset['mantineColorScheme'])).toBe(theme)
}

/** Pixels that the page is wider than its window. */
export const overflow = async (page: Page): Promise<number> =>
  await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Chooses files on the upload page and starts; returns when each is confirmed. */
export const upload = async (page: Page, paths: string[]): Promise<void> => {
  await page.goto('/upload')
  await page.locator('main input[type=file]').setInputFiles(paths)
  await page.getByRole('button', { name: /^Upload \d/u }).click()
  await poll(async () => await page.locator('[data-upload-state=done]').count(), 60_000).toBe(paths.length)
}
