/** A server whose providers are simulated, with an administrator signed in and a week of calls behind it. */
import type { Page } from 'playwright-core'
import { afterAll, expect } from 'vitest'
import { seedMonitoring } from '../../scripts/demo/seed-monitoring.ts'
import { createSimulator } from '../../simulator/simulator.ts'
import type { Simulator } from '../../simulator/simulator-api.ts'
import { signUpFirst } from './browser.ts'
import { openContext, poll, type OpenedContext } from './context.ts'
import { openStage, type Stage } from './stage.ts'
import { violationsOf } from './violations.ts'

export interface AdminStage {
  stage: Stage
  simulator: Simulator
  opened: OpenedContext
  page: Page
  changePreferences: (preferences: object) => Promise<void>
  /** What axe finds on the open page, one line each. */
  violations: () => Promise<string[]>
}

export const openAdminStage = async (): Promise<AdminStage> => {
  const simulator = createSimulator()
  const { urls } = await simulator.start()
  afterAll(async () => await simulator.close())
  const providers = Object.entries(urls).filter(([provider]) => provider !== 'compatible')
  const keys = providers.flatMap(([provider, url]) => [
    [`${provider.toUpperCase()}_BASE_URL`, url],
    [`${provider.toUpperCase()}_API_KEY`, `simulated-key-of-${provider}`],
  ])
  // Receivers of webhooks run in the test itself.
  const stage = await openStage({ ...Object.fromEntries(keys), ALLOWED_PRIVATE_ADDRESSES: '127.0.0.1' })
  afterAll(async () => await stage.close())
  const opened = await openContext(stage.browser, stage.server.address, {
    // What is half faded in has no contrast yet.
    reducedMotion: 'reduce',
  })
  const page = await opened.context.newPage()
  await signUpFirst(page)
  await seedMonitoring(stage.database.db, { nowMs: Date.now(), days: 8, busiest: 5 })
  return {
    stage,
    simulator,
    opened,
    page,
    changePreferences: async (preferences) => {
      const answer = await opened.context.request.patch('/api/v1/me', {
        data: { preferences },
        headers: { origin: stage.server.address },
      })
      expect(answer.status()).toBe(200)
    },
    violations: () => violationsOf(page),
  }
}

/** The page has its heading and nothing on it is still being read. */
export const settle = async (page: Page): Promise<void> => {
  await page.locator('h1').first().waitFor()
  await poll(async () => await page.locator('.mantine-Skeleton-root').count()).toBe(0)
}
