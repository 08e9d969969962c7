/** A server whose providers are simulated, with an administrator signed in and a week of calls behind it. */
import type { Page } from 'playwright-core'
import { seedMonitoring } from '../../scripts/demo/seed-monitoring.ts'
import { poll } from './context.ts'
import { openProviderStage, type ProviderStage } from './provider-stage.ts'
import { violationsOf } from './violations.ts'

export interface AdminStage extends ProviderStage {
  /** What axe finds on the open page, one line each. */
  violations: () => Promise<string[]>
}

export const openAdminStage = async (): Promise<AdminStage> => {
  const opened = await openProviderStage({
    providers: ['openai', 'together', 'groq', 'gemini', 'anthropic', 'ollama'],
    // Receivers of webhooks run in the test itself.
    env: { ALLOWED_PRIVATE_ADDRESSES: '127.0.0.1' },
    // What is half faded in has no contrast yet.
    context: { reducedMotion: 'reduce' },
  })
  await seedMonitoring(opened.stage.database.db, { nowMs: Date.now(), days: 8, busiest: 5 })
  return { ...opened, violations: () => violationsOf(opened.page) }
}

/** The page has its heading and nothing on it is still being read. */
export const settle = async (page: Page): Promise<void> => {
  await page.locator('h1').first().waitFor()
  await poll(async () => await page.locator('.mantine-Skeleton-root').count()).toBe(0)
}
