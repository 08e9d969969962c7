/** What an administrator does, in the pages, on a real server with simulated providers. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator } from 'playwright-core'
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
const rowOf = (ref: string): Locator => page.locator(`[data-model="${ref}"]`)

const chatModels = await db
  .selectFrom('models')
  .select(['provider', 'key'])
  .where('provider', '=', 'openai')
  .where('active', '=', true)
  .orderBy('key')
  .execute()
const first = chatModels.map(({ provider, key }) => ({ provider, key, ref: `${provider}/${key}` }))
const [one, two, three] = first as [(typeof first)[0], (typeof first)[0], (typeof first)[0]]
const stored = async (key: string) =>
  await db
    .selectFrom('models')
    .selectAll()
    .where('provider', '=', 'openai')
    .where('key', '=', key)
    .executeTakeFirstOrThrow()

beforeEach(async () => await page.setViewportSize({ width: 1500, height: 900 }))

describe('the catalog', () => {
  test('is searched, filtered and sorted; only rows in sight are in the page', async () => {
    await go('/admin/ai-models')
    const shown = page.locator('[data-model]')
    expect(await shown.count()).toBeLessThan(60)
    await page.getByRole('searchbox', { name: /^Search name/u }).fill(one.key)
    await rowOf(one.ref).waitFor()
    await poll(async () => await shown.count()).toBeLessThan(8)
    await button('Clear filters').click()
    await page.getByRole('combobox', { name: 'Provider' }).click()
    await page.getByRole('option', { name: 'gemini' }).click()
    await poll(async () => await page.locator('[data-model^="openai/"]').count()).toBe(0)
    await page.reload()
    await settle(page)
    expect(await page.locator('[data-model^="openai/"]').count()).toBe(0)
    await page.getByRole('columnheader', { name: 'Multiplier' }).getByRole('button').click()
    await poll(
      async () => await page.getByRole('columnheader', { name: 'Multiplier' }).getAttribute('aria-sort'),
    ).toMatch(/ascending|descending/u)
  })

  test('columns are chosen and stay chosen', async () => {
    await go('/admin/ai-models')
    expect(await page.getByRole('columnheader', { name: 'Price in (1M)' }).count()).toBe(0)
    await button('Columns').click()
    await page.getByRole('checkbox', { name: 'Price in (1M)' }).check()
    await page.keyboard.press('Escape')
    await page.reload()
    await page.getByRole('columnheader', { name: 'Price in (1M)' }).waitFor()
  })

  test('a multiplier is changed where it stands, by keyboard', async () => {
    await go(`/admin/ai-models?search=${one.key}`)
    const field = rowOf(one.ref).getByRole('button', { name: /^Multiplier of/u })
    await field.focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('9.25')
    await page.keyboard.press('Escape')
    expect((await stored(one.key)).credit_multiplier).not.toBe(9.25)
    await field.click()
    await page.keyboard.press('Control+a')
    await page.keyboard.type('2.75')
    await page.keyboard.press('Enter')
    await page.getByText('1 model changed.').first().waitFor()
    await rowOf(one.ref).getByText('2.75×').waitFor()
    expect((await stored(one.key)).credit_multiplier).toBe(2.75)
  })

  test('a model is switched off and on, and its history says by whom', async () => {
    await go(`/admin/ai-models?search=${one.key}`)
    await rowOf(one.ref).getByRole('switch').click({ force: true })
    await poll(async () => (await stored(one.key)).active).toBe(false)
    await button(new RegExp(`${one.key}$`, 'u'), rowOf(one.ref))
      .first()
      .click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('Why it is off').waitFor()
    expect(await violations()).toEqual([])
    await button('Switch on', drawer).click()
    await poll(async () => (await stored(one.key)).active).toBe(true)
    await drawer.getByRole('tab', { name: 'History' }).click()
    await drawer.getByText('Administrator · ada@example.org').first().waitFor()
    for (const tab of ['Figures', 'Rules']) {
      await drawer.getByRole('tab', { name: tab }).click()
      await settle(page)
      expect(await violations()).toEqual([])
    }
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
  })

  test('several are switched off at once, after a question', async () => {
    await go('/admin/ai-models?provider=openai')
    for (const { ref } of [two, three]) await page.getByRole('checkbox', { name: `Choose ${ref}`, exact: true }).check()
    const bar = page.getByRole('region', { name: 'Chosen models' })
    await bar.getByText('2 models chosen').waitFor()
    await button('Switch off', bar).click()
    await page.getByText('Switch off 2 models?').waitFor()
    await confirm('Cancel')
    expect((await stored(two.key)).active).toBe(true)
    await button('Switch off', bar).click()
    await confirm('Switch off')
    await poll(async () => [(await stored(two.key)).active, (await stored(three.key)).active]).toEqual([false, false])
    await bar.waitFor({ state: 'detached' })
  })

  test('a test is a real call: text, time, tokens, cost; a failure shows title, cause and advice', async () => {
    await go(`/admin/ai-models?search=${one.key}`)
    const openTest = async (): Promise<Locator> => {
      await button(`Acts for ${one.ref}`).click()
      await page.getByRole('menuitem', { name: 'Test' }).click()
      const dialog = page.getByRole('dialog')
      await button('Ask', dialog).click()
      return dialog
    }
    let dialog = await openTest()
    await dialog.locator('[data-test-result=ok]').waitFor()
    await dialog.getByText('Tokens written').waitFor()
    expect(await violations()).toEqual([])
    await button('Close', dialog).first().click()
    await dialog.waitFor({ state: 'detached' })
    simulator.addFault({ provider: 'openai', model: one.key, fault: 'status:401' })
    dialog = await openTest()
    await dialog.locator('[data-test-result=failed]').getByRole('alert').waitFor()
    await dialog.getByText('credential-invalid').waitFor()
    await simulator.reset()
    await page.keyboard.press('Escape')
  })

  test('a model is added, edited and removed for good', async () => {
    await go('/admin/ai-models')
    await button('Add a model').click()
    const dialog = page.getByRole('dialog')
    await button('Add', dialog).click()
    await dialog.getByText('Lower-case letters, digits and hyphens').waitFor()
    await dialog.getByLabel('Provider').fill('openai')
    await dialog.getByRole('textbox', { name: 'Key' }).fill('house-model-1')
    await dialog.getByLabel('Context (tokens)').fill('8192')
    expect(await violations()).toEqual([])
    await button('Add', dialog).click()
    await page.getByText('The model was added.').waitFor()
    await go('/admin/ai-models?search=house-model-1')
    await button('Acts for openai/house-model-1').click()
    await page.getByRole('menuitem', { name: 'Edit all fields' }).click()
    await page.getByRole('dialog').getByLabel('Name to show').fill('The model of the house')
    await button('Save', page.getByRole('dialog')).click()
    await rowOf('openai/house-model-1').getByText('The model of the house').waitFor()
    await button('Acts for openai/house-model-1').click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await confirm('Remove')
    await rowOf('openai/house-model-1').waitFor({ state: 'detached' })
  })

  test('everything is checked in the background, with progress; how many by which way and for how much is told', async () => {
    await go('/admin/ai-models')
    await button('Check all').click()
    const dialog = page.getByRole('dialog')
    await button('Start', dialog).click()
    await dialog.getByText('Everything was checked').waitFor({ timeout: 60_000 })
    await dialog.getByText(/models were checked by their providers’ lists/u).waitFor()
    expect(await violations()).toEqual([])
    const read = () => db.selectFrom('model_sync_runs').select(['state', 'trigger', 'probe']).orderBy('id').execute()
    expect(await read()).toEqual([{ state: 'done', trigger: 'admin', probe: false }])
    await dialog.getByRole('radio', { name: 'Every model that is on' }).check()
    await dialog.getByLabel('Questions at most').fill('3')
    await button('Start', dialog).click()
    await dialog.getByText(/models were asked, \d answered; cost \$/u).waitFor({ timeout: 60_000 })
    await dialog.getByText(/were not asked: number or budget were used up/u).waitFor()
    expect((await read()).at(-1)).toEqual({ state: 'done', trigger: 'admin', probe: true })
    const unchecked = db
      .selectFrom('models')
      .select('key')
      .where('deleted_at', 'is', null)
      .where('checked_at', 'is', null)
    expect(await unchecked.execute()).toEqual([])
  })

  test('a provider whose list cannot be read says so beside its rows, and no longer once it is read again', async () => {
    const check = async (): Promise<void> => {
      await button('Check all').click()
      const dialog = page.getByRole('dialog')
      await button('Start', dialog).click()
      await dialog.getByText('Everything was checked').waitFor({ timeout: 60_000 })
      await button('Close', dialog).first().click()
      await dialog.waitFor({ state: 'detached' })
    }
    simulator.addFault({ provider: 'openai', operation: 'models', fault: 'status:500' })
    await go(`/admin/ai-models?search=${one.key}`)
    await check()
    await rowOf(one.ref).locator('[data-unread=provider-error]').waitFor()
    await button(new RegExp(`${one.key}$`, 'u'), rowOf(one.ref))
      .first()
      .click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('what stands here is from before').waitFor()
    expect(await violations()).toEqual([])
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    await simulator.reset()
    await check()
    await rowOf(one.ref).locator('[data-unread]').waitFor({ state: 'detached' })
  })

  test('what becomes of each parameter stands with the model', async () => {
    await go('/admin/ai-models?model=openai%2Fgpt-5')
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('tab', { name: 'Rules' }).click()
    const rule = (name: string) => drawer.locator(`[data-rule="${name}"]`)
    await rule('maxOutputTokens').first().getByText('max_completion_tokens').waitFor()
    await rule('temperature').first().getByText('Left out').waitFor()
    expect(await violations()).toEqual([])
    await drawer.getByLabel('Only what is changed').check({ force: true })
    await rule('seed').waitFor({ state: 'detached' })
    await rule('temperature').first().waitFor()
  })

  test('a learned limit is forgotten by its eraser, after a question: what stood there before is back', async () => {
    const before = await stored(two.key)
    const source = { kind: 'seed', from: 'the documentation', at: '2026-08-17' }
    const learned = {
      kind: 'learned',
      from: 'refusals: an input of 12000 was refused, 5000 was answered',
      at: '2026-11-20',
      before: { value: before.context_length, source },
      bounds: { answered: 6_000, refused: 12_000 },
    }
    await db
      .updateTable('models')
      .set({ context_length: 6_000, sources: JSON.stringify({ ...before.sources, contextLength: learned }) })
      .where('provider', '=', 'openai')
      .where('key', '=', two.key)
      .execute()
    await go(`/admin/ai-models?search=${two.key}`)
    await button(new RegExp(`${two.key}$`, 'u'), rowOf(two.ref))
      .first()
      .click()
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('tab', { name: 'Rules' }).click()
    await drawer.getByText('refusals: an input of 12000 was refused').waitFor()
    const eraser = drawer.getByRole('button', { name: /^Forget the learned limit/u })
    expect(await eraser.count()).toBe(1)
    expect(await violations()).toEqual([])
    // By keyboard, and not before the question is answered.
    await eraser.focus()
    await page.keyboard.press('Enter')
    const question = page.getByRole('dialog').filter({ hasText: 'If the model still refuses that much' })
    await question.waitFor()
    await button('Cancel', question).click()
    await question.waitFor({ state: 'detached' })
    expect((await stored(two.key)).context_length).toBe(6_000)
    await eraser.click()
    await button('Forget', question).click()
    await page.getByText('The learned limit was forgotten.').waitFor()
    await drawer.getByText('the documentation').waitFor()
    await eraser.waitFor({ state: 'detached' })
    const after = await stored(two.key)
    expect(after.context_length).toBe(before.context_length)
    expect(after.sources).toMatchObject({ contextLength: source })
    await drawer.getByRole('tab', { name: 'History' }).click()
    await drawer.getByText('Administrator · ada@example.org').first().waitFor()
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
  })
})

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
    const saved = async (item: string): Promise<string> => {
      await button('Save: Response time').click()
      const download = page.waitForEvent('download')
      await page.getByRole('menuitem', { name: item }).click()
      return (await download).suggestedFilename()
    }
    expect(await saved('Numbers (CSV)')).toBe('response-time.csv')
    expect(await saved('Picture (PNG)')).toBe('response-time.png')
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

test('all of it is in the audit log', async () => {
  await go('/admin/audit')
  for (const action of ['model-changed', 'model-tested', 'model-added', 'model-deleted', 'schedule-changed']) {
    await page.locator(`[data-audit=${action}]`).first().waitFor()
  }
  await page.getByPlaceholder('On what').fill(one.key)
  await poll(async () => await page.locator('[data-audit=schedule-changed]').count()).toBe(0)
})

test('no page wrote an error or asked another host', () => {
  opened.expectClean()
})
