/** What an administrator does with the models of the catalog, in the pages, on a real server with simulated providers. */
import type { Locator } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { openAdminStage, settle } from './admin-stage.ts'
import { poll } from './context.ts'

const { opened, page, stage, simulator, violations } = await openAdminStage()
const { db } = stage.database

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
    await button(/^Multiplier of .* 2\.75×$/u, rowOf(one.ref)).waitFor()
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
    await drawer.getByText('refusals: an input of 12,000 was refused').waitFor()
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

test('all of it is in the audit log', async () => {
  await go('/admin/audit')
  for (const action of ['model-changed', 'model-tested', 'model-added', 'model-deleted']) {
    await page.locator(`[data-audit=${action}]`).first().waitFor()
  }
  await page.getByPlaceholder('On what').fill(one.key)
  await poll(async () => await page.locator('[data-audit=model-added]').count()).toBe(0)
})

test('no page wrote an error or asked another host', () => {
  opened.expectClean()
})
