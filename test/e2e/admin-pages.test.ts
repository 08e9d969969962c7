/** The whole of the administration in both themes and both languages: accessible by axe, whole on a narrow phone. */
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { openAdminStage, settle } from './admin-stage.ts'
import { overflow, poll, untilTheme } from './context.ts'

const { opened, page, stage, violations } = await openAdminStage()
const { api, changePreferences } = opened

const newest = async (path: string): Promise<string> => {
  const { items } = await api<{ items: { id: string }[] }>('GET', path)
  return items[0]?.id ?? 'none'
}

const rollout = await newest('/admin/rollouts')
await api('POST', '/admin/schedules/reports.weekly/run', {})
let report = await newest('/admin/reports')
while (report === 'none') {
  await wait(100)
  report = await newest('/admin/reports')
}
const failure = await newest('/admin/errors?period=30d')
const model = await stage.database.db
  .selectFrom('attempts')
  .select(['provider', 'model'])
  .limit(1)
  .executeTakeFirstOrThrow()

const pages: [string, string][] = [
  ['health', '/admin'],
  ['models', '/admin/ai-models'],
  ['one model', `/admin/ai-models?model=${encodeURIComponent(`${model.provider}/${model.model}`)}`],
  ['sync', '/admin/sync'],
  ['errors by cause', '/admin/errors'],
  ['errors one by one', '/admin/errors?view=entries'],
  ['one error', `/admin/errors?view=entries&error=${failure}`],
  ['open alerts', '/admin/alerts'],
  ['past alerts', '/admin/alerts/past'],
  ['alert rules', '/admin/alerts/rules'],
  ['channels', '/admin/alerts/channels'],
  ['schedules', '/admin/schedules'],
  ['reports', '/admin/reports'],
  ['one report', `/admin/reports/${report}`],
  ['rollouts', '/admin/rollouts'],
  ['one rollout', `/admin/rollouts/${rollout}`],
  ['chains', '/admin/chains'],
  ['decisions', '/admin/choices'],
  ['selection', '/admin/choices?view=automatic'],
  ['credits', '/admin/credits'],
  ['audit log', '/admin/audit'],
]

/** Calls that the server refused or failed at. */
const refused: string[] = []
page.on('response', (response) => {
  if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`)
})

describe.each([
  ['light', 'en'],
  ['dark', 'tr'],
] as const)('%s, %s', (theme, locale) => {
  beforeAll(async () => {
    await page.setViewportSize({ width: 1280, height: 900 })
    await changePreferences({ theme, locale })
  })
  test.each(pages)('%s', async (_name, address) => {
    await page.goto(address)
    await settle(page)
    await poll(async () => await page.evaluate(() => document.documentElement.lang)).toBe(locale)
    await untilTheme(page, theme)
    expect(await violations()).toEqual([])
  })
})

describe('phone', () => {
  beforeAll(async () => {
    await page.setViewportSize({ width: 360, height: 720 })
    await changePreferences({ theme: 'light', locale: 'tr' })
  })
  test.each(pages)('%s fits into 360 pixels, in Turkish', async (name, address) => {
    await page.goto(address)
    await settle(page)
    await poll(() => overflow(page)).toBeLessThanOrEqual(0)
    // What lies over the page has another frame here than on a wide screen.
    if (name.startsWith('one ')) expect(await violations()).toEqual([])
  })
  test('the list of pages leads on', async () => {
    await page.goto('/admin')
    await page.getByRole('combobox', { name: 'Yönetim sayfaları' }).selectOption('/admin/audit')
    await page.getByRole('heading', { name: 'Denetim günlüğü' }).waitFor()
    expect(await violations()).toEqual([])
  })
})

test('who is no administrator sees no administration', async () => {
  await changePreferences({ theme: 'light', locale: 'en' })
  await page.setViewportSize({ width: 1280, height: 900 })
  await stage.database.db.updateTable('users').set({ role: 'user' }).execute()
  await page.goto('/admin/ai-models')
  await page.getByText('For administrators only').waitFor()
  expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0)
  await stage.database.db.updateTable('users').set({ role: 'admin' }).execute()
})

test('no page wrote an error, asked another host or was refused an answer', () => {
  expect(refused).toEqual([])
  opened.expectClean()
})
