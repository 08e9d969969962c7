/** What an administrator does, in the pages, on a real server with simulated providers. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Download, Locator } from 'playwright-core'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openAdminStage, settle } from './admin-stage.ts'
import { poll } from './context.ts'

const { opened, page, stage, simulator, violations } = await openAdminStage()
const { db } = stage.database

/** A receiver of webhooks. */
const received: { path: string; signature: string | undefined }[] = []
const receiver = createServer((request, response) => {
  received.push({ path: request.url ?? '', signature: request.headers['mp4totext-signature']?.toString() })
  response.end('ok')
}).listen(0, '127.0.0.1')
await new Promise((resolve) => receiver.once('listening', resolve))
const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
afterAll(() => receiver.close())

const go = async (path: string): Promise<void> => {
  await page.goto(path)
  await settle(page)
}
const button = (name: string | RegExp, within: Locator | typeof page = page): Locator =>
  within.getByRole('button', { name, exact: typeof name === 'string' })
const confirm = async (name: string): Promise<void> => await button(name, page.getByRole('dialog')).click()

beforeEach(async () => await page.setViewportSize({ width: 1500, height: 900 }))

describe('sync', () => {
  test('a dry run shows the difference and changes nothing', async () => {
    const before = await db.selectFrom('models').selectAll().orderBy('provider').orderBy('key').execute()
    await go('/admin/sync')
    await button('Dry run').click()
    const preview = page.locator('[data-sync-preview]')
    await preview.waitFor({ timeout: 60_000 })
    await preview.getByRole('button', { name: /^openai/u }).click()
    await preview
      .getByText(/on the list/u)
      .first()
      .waitFor()
    expect(await violations()).toEqual([])
    expect(await db.selectFrom('models').selectAll().orderBy('provider').orderBy('key').execute()).toEqual(before)
  })

  test('an empty list is held; the administrator looks at it and leaves the catalog as it is', async () => {
    simulator.models.shrink('gemini', 0)
    await go('/admin/sync')
    await button('Sync now').click()
    await confirm('Sync now')
    const held = page.locator('[data-held=gemini]')
    await held.waitFor({ timeout: 60_000 })
    expect(await violations()).toEqual([])
    await button('Leave the catalog as it is', held).click()
    await held.waitFor({ state: 'detached' })
    await page.getByText('Dismissed').first().waitFor()
    await simulator.reset()
  })
})

describe('errors', () => {
  test('lead from the cause to the call, with what was sent and the other calls of its request', async () => {
    await go('/admin/errors')
    await page.locator('[data-cause=provider-overloaded]').first().getByRole('button').click()
    await page.locator('[data-error=provider-overloaded]').first().getByRole('button').click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('What was sent').waitFor()
    await drawer.getByText('All calls of this request').waitFor()
    expect(await violations()).toEqual([])
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    await page.getByRole('searchbox').fill('nothing says this')
    await page.getByText('No failed call').waitFor()
  })
})

/** Runs in the page, which can read pictures. */
const coloursOfBorder = async (base64: string): Promise<number> => {
  const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (sign) => sign.codePointAt(0) ?? 0)]))
  const context = new OffscreenCanvas(image.width, image.height).getContext('2d')
  context?.drawImage(image, 0, 0)
  const edges: [number, number, number, number][] = [
    [0, 0, image.width, 4],
    [0, image.height - 4, image.width, 4],
    [0, 0, 4, image.height],
    [image.width - 4, 0, 4, image.height],
  ]
  const colours = new Set<number>()
  for (const edge of edges) {
    const { data } = context?.getImageData(...edge) ?? { data: new Uint8ClampedArray() }
    for (const pixel of new Uint32Array(data.buffer)) colours.add(pixel)
  }
  return colours.size
}

describe('figures', () => {
  test('another period is chosen by keyboard, numbers are had as a table and a file', async () => {
    await go('/admin')
    await page.locator('[data-live]').waitFor()
    await page.getByRole('radio', { name: '30 days' }).focus()
    await page.keyboard.press('Space')
    await poll(() => new URL(page.url()).searchParams.get('period')).toBe('30d')
    await button('Show as a table: Error rate').click()
    await page.getByRole('group', { name: 'Error rate' }).getByRole('table').waitFor()
    expect(await violations()).toEqual([])
    const saved = async (item: string): Promise<Download> => {
      await button('Save: Response time').click()
      const download = page.waitForEvent('download')
      await page.getByRole('menuitem', { name: item }).click()
      return await download
    }
    expect((await saved('Numbers (CSV)')).suggestedFilename()).toBe('response-time.csv')
    const picture = await saved('Picture (PNG)')
    expect(picture.suggestedFilename()).toBe('response-time.png')
    // Nothing of the drawing is cut off: its border is of one colour.
    const png = (await readFile(await picture.path())).toString('base64')
    expect(await page.evaluate(coloursOfBorder, png)).toBe(1)
    const csv = await opened.context.request.get('/api/v1/admin/usage.csv?period=7d&table=model')
    expect(csv.headers()['content-type']).toContain('text/csv')
  })
})

describe('alerts', () => {
  test('a rule is changed in per cent and kept as a share', async () => {
    await go('/admin/alerts/rules')
    const rule = page.locator('[data-rule=model-error-rate]')
    await button(/^Edit/u, rule).click()
    await rule.getByLabel('From (%)').fill('15')
    await button('Save', rule).click()
    await rule.getByText(/from 15 %/u).waitFor()
    const row = await db
      .selectFrom('alert_rules')
      .select('threshold')
      .where('kind', '=', 'model-error-rate')
      .executeTakeFirstOrThrow()
    expect(Number(row.threshold)).toBeCloseTo(0.15)
  })

  test('a webhook is added, shows its secret once, is tried and removed', async () => {
    await go('/admin/alerts/channels')
    await button('Add a channel').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Kind' }).click()
    await page.getByRole('option', { name: 'Webhook' }).click()
    await dialog.getByLabel('Name').fill('Night desk')
    await dialog.getByLabel('Address').fill(hook)
    expect(await violations()).toEqual([])
    await button('Save', dialog).click()
    await page.getByText('Signing secret, shown this once').waitFor()
    await button('Send a test to Night desk').click()
    await page.getByText(/^It arrived/u).waitFor()
    expect(received).toMatchObject([{ path: '/hook', signature: expect.stringMatching(/./u) as unknown }])
    expect(await violations()).toEqual([])
    await button('Remove Night desk').click()
    await confirm('Remove')
    await page.getByText('Nobody is told yet').waitFor()
  })
})

test('a schedule is paused, set anew with its next times, and run now', async () => {
  await go('/admin/schedules')
  const sync = page.locator('[data-schedule="models.sync"]')
  await button(/^Pause/u, sync).click()
  await sync.getByText('Paused', { exact: true }).waitFor()
  await button(/^Resume/u, sync).click()
  await sync.getByText('Paused', { exact: true }).waitFor({ state: 'detached' })
  await button(/^Edit/u, sync).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Cron expression').fill('not a time')
  await dialog.getByRole('alert').waitFor()
  await dialog.getByLabel('Cron expression').fill('30 4 * * 1')
  await dialog.getByText('The next times').waitFor()
  await poll(async () => await dialog.getByRole('listitem').count()).toBe(5)
  expect(await violations()).toEqual([])
  await button('Save', dialog).click()
  await sync.getByText('30 4 * * 1').waitFor()
  await button(/^Run now/u, sync).click()
  await button(/^Past runs/u, sync).click()
  await page.getByRole('dialog').getByText('Done', { exact: true }).first().waitFor({ timeout: 60_000 })
  await page.keyboard.press('Escape')
})

test('a rollout is begun, and all users are given back to the control', async () => {
  await go('/admin/rollouts')
  await button('New rollout').click()
  const dialog = page.getByRole('dialog')
  const choose = async (label: string, search: string): Promise<void> => {
    await dialog.getByRole('combobox', { name: label }).fill(search)
    await page.getByRole('option').first().click()
  }
  await choose('Control', 'groq/')
  await choose('Candidate', 'together/')
  expect(await violations()).toEqual([])
  await button('Start', dialog).click()
  await page.getByText('Where it stands').waitFor()
  await button('Roll back').click()
  await page.getByRole('dialog').getByLabel('Reason, for the log').fill('Only a trial')
  await button('Roll back', page.getByRole('dialog')).click()
  await page.getByText('Only a trial', { exact: false }).first().waitFor()
  expect(await violations()).toEqual([])
})

test('a chain of the house is set, reordered by buttons and removed', async () => {
  await go('/admin/chains')
  const chain = page.locator('[data-chain=summary]')
  await button(/^Set a chain/u, chain).click()
  for (const provider of ['anthropic/', 'gemini/']) {
    await chain.getByRole('combobox', { name: 'Add a model' }).fill(provider)
    await page.getByRole('option').first().click()
  }
  await button(/^Move gemini.* up$/iu, chain).click()
  expect(await violations()).toEqual([])
  await button('Save', chain).click()
  await poll(async () => await chain.getByRole('listitem').first().innerText()).toContain('gemini/')
  await button(/^Remove the chain/u, chain).click()
  await confirm('Remove')
  await chain.getByText('As “All other work”').waitFor()
})

test('it is in the audit log', async () => {
  await go('/admin/audit')
  await page.locator('[data-audit=schedule-changed]').first().waitFor()
  await page.getByPlaceholder('On what').fill('no-schedule')
  await poll(async () => await page.locator('[data-audit=schedule-changed]').count()).toBe(0)
})

test('no page wrote an error or asked another host', () => {
  opened.expectClean()
})
