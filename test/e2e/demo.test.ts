/** A server with simulated providers says so on every page, before sign-in and after it. */
import { afterAll, expect, test } from 'vitest'
import { signUpFirst } from './browser.ts'
import { openContext } from './context.ts'
import { openStage } from './stage.ts'

const stage = await openStage({ DEMO: 'true' })
afterAll(async () => await stage.close())

const PAGES = [
  '/',
  '/upload',
  '/credits',
  '/settings/account',
  '/settings/ai-models',
  '/admin',
  '/nowhere',
  '/recordings/00000000-0000-4000-8000-000000000000',
]

test('the pages of a demo say that their answers are not real', async () => {
  const opened = await openContext(stage.browser, stage.server.address)
  const page = await opened.context.newPage()
  const banner = page.getByRole('note').filter({ hasText: 'the AI providers are simulated' })
  await page.goto('/')
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  await banner.waitFor()
  await signUpFirst(page)
  for (const path of PAGES) {
    await page.goto(path)
    await page.locator('h1').first().waitFor()
    await banner.waitFor()
    expect(await banner.count(), path).toBe(1)
  }
  await opened.context.clearCookies()
  await page.goto('/sign-in')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await banner.waitFor()
  opened.expectClean()
  await opened.context.close()
})
