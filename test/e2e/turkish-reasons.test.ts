/**
 * On a Turkish page every sentence of this server is Turkish: why a model cannot be chosen, why another one answered, what
 * failed, what is missing, what it costs. A provider's words stay as they came, as its quotation.
 */
import type { Locator } from 'playwright-core'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { untilFinished } from './browser.ts'
import { overflow, poll } from './context.ts'
import { sample } from './media.ts'
import { openProviderStage } from './provider-stage.ts'
import { violationsOf } from './violations.ts'

const GONE = 'openai/gpt-oss-120b'

const { simulator, opened, page } = await openProviderStage({
  providers: ['openai', 'together', 'groq'],
  env: { NEW_USER_CREDITS: '40' },
})
const { api } = opened

interface Model {
  ref: string
  key: string
  displayName: string
  provider: string
  available: boolean
}
interface Text {
  id: string
  kind: string
  revision: number
}
let recordingId = ''

/** Words that stand in English sentences and in no Turkish one, nor in the words of the simulated providers. */
const ENGLISH =
  /\b(?:it is|was not|does not|switched|retired|listed|nearest|costs no more|left out|answered by|unavailable|the provider|no key)\b/iu

const said = async (locator: Locator): Promise<string> => await locator.first().innerText()
const order = async (title: string): Promise<Locator> => {
  await page.goto(`/recordings/${recordingId}`)
  await page.getByRole('button', { name: 'Diğer işlemler', exact: true }).click()
  await page.getByRole('menuitem', { name: title, exact: true }).click()
  return page.getByRole('dialog', { name: title })
}
const choose = async (dialog: Locator, ref: string): Promise<void> => {
  await dialog.getByRole('button', { name: /^Metin modeli/u }).click()
  await page.getByRole('textbox', { name: 'Ara', exact: true }).fill(ref.slice(ref.indexOf('/') + 1))
  await page.locator(`[role=option][value="${ref}"]:visible`).click()
}
const run = async (dialog: Locator): Promise<void> => {
  await dialog.locator('[data-estimate]').first().waitFor()
  await dialog.getByRole('button', { name: 'Çalıştır', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

beforeAll(async () => {
  await opened.changePreferences({ locale: 'tr', theme: 'auto' })
  await api('PUT', '/chains/lecture_notes', { models: [], lastResort: false })
})
afterEach(async () => {
  expect(await violationsOf(page)).toEqual([])
})

test('the list says why a model cannot be chosen', async () => {
  await page.goto('/upload')
  await page.getByRole('button', { name: /^Metin modeli/u }).click()
  const search = page.getByRole('textbox', { name: 'Ara', exact: true })
  await search.fill('llama-3.3-70b-versatile')
  const retired = page.locator('[role=option][value="groq/llama-3.3-70b-versatile"]')
  await poll(async () => await said(retired)).toContain('Groq, modeli 16 Ağu 2026 tarihinde hizmetten kaldırdı')
  await search.fill('claude')
  await poll(async () => await said(page.locator('[role=option]').filter({ hasText: 'Claude' }))).toContain(
    'Anthropic için anahtar yok',
  )
  await search.fill('')
  const all = await page.locator('[role=listbox]').first().innerText()
  expect(all).not.toMatch(ENGLISH)
  await search.press('Escape')
})

test('a recording with its text, and what the next run takes', async () => {
  await page.goto('/upload')
  for (const name of ['Metni iyileştir', 'Özetle']) {
    await page.getByRole('switch', { name }).setChecked(false, { force: true })
  }
  await page.locator('main input[type=file]').setInputFiles([sample('austen-0880.wav')])
  await page.getByRole('button', { name: '1 dosyayı yükle' }).click()
  await page.getByRole('link', { name: 'Aç' }).click()
  await untilFinished(page)
  recordingId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
})

test('another model answered: the warning quotes the provider, and “why” is told in Turkish', async () => {
  simulator.addFault({ provider: 'together', model: GONE, operation: 'chat', fault: 'unknown-model' })
  const dialog = await order('Metni iyileştir')
  await choose(dialog, `together/${GONE}`)
  await run(dialog)
  const warning = page.locator('[data-fallback]')
  await warning.waitFor({ timeout: 60_000 })
  expect(await said(warning)).toMatch(/Together AI şunu diyor: “Unable to access model openai\/gpt-oss-120b/u)
  await page.locator('[data-why-model] summary').click()
  const why = await said(page.locator('[data-why-model]'))
  expect(why).not.toMatch(ENGLISH)
  expect(why).toMatch(/seçildi/u)
  await page.locator('[data-charge]').first().click()
  const width = async (): Promise<number> =>
    (await page.locator('[aria-label="Tutar nasıl oluştu"]').boundingBox())?.width ?? 0
  await poll(width).toBeGreaterThan(400)
  // The reckoning is one that can be reckoned after: 42 letters are not 0 thousand.
  expect(await said(page.locator('[aria-label="Tutar nasıl oluştu"]'))).toMatch(/0,0\d+ × 1\.000 karakter × 1 × 1/u)
  await page.keyboard.press('Escape')
})

test('a failure says what happened in Turkish, and that nothing was charged', async () => {
  const { models } = await api<{ models: Model[] }>('GET', '/models')
  const model = models.find(({ provider, available }) => provider === 'openai' && available)
  if (model === undefined) throw new Error('No model of OpenAI is available')
  const fault = { provider: 'openai', model: model.key, operation: 'chat', fault: 'empty-content' } as const
  simulator.addFault(fault)
  const dialog = await order('Ders notu yaz')
  await choose(dialog, model.ref)
  await run(dialog)
  const failure = page.locator('[data-failure]')
  await failure.waitFor({ timeout: 60_000 })
  expect(await said(failure)).toContain(`${model.key} boş yanıt verdi`)
  expect(await said(failure)).toContain('Kredi düşülmedi')
  expect(await said(failure)).not.toMatch(ENGLISH)
})

test('what a budget does not allow is said before the run, and cannot be sent', async () => {
  const me = await api<{ id: string }>('GET', '/me')
  await api('PUT', `/admin/credits/accounts/${me.id}/budget`, { monthlyLimit: 0.05 })
  await page.reload()
  const before = simulator.log().length
  const dialog = await order('Özetle')
  await choose(dialog, 'openai/gpt-5.4')
  await dialog.getByText('Aylık bütçeniz buna yetmiyor', { exact: false }).waitFor()
  // What the budget allows, not what the user owns.
  await dialog.getByText(/0,0\d+ kredi daha kullanılabilir/u).waitFor()
  const start = dialog.getByRole('button', { name: 'Çalıştır', exact: true })
  const reason = /^Bunun için \d+,\d+ kredi gerekiyor; aylık bütçenizde 0,0\d+ kaldı\./u
  await poll(async () => await said(dialog.locator('[data-why-not]'))).toMatch(reason)
  expect(await start.getAttribute('aria-disabled')).toBe('true')
  // It is reached by keyboard, and its reason is read with it.
  await start.focus()
  expect(await start.evaluate((button) => document.activeElement === button)).toBe(true)
  const describedBy = (await start.getAttribute('aria-describedby')) ?? ''
  expect(await said(page.locator(`[id="${describedBy}"]`))).toMatch(reason)
  const { texts } = await api<{ texts: Text[] }>('GET', `/transcriptions/${recordingId}`)
  await page.keyboard.press('Enter')
  expect(await violationsOf(page)).toEqual([])
  // A request that comes all the same is refused in the same words, and leaves no failed version behind.
  const refused = await page.evaluate(async (path) => {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'summary', model: 'openai/gpt-5.4' }),
    })
    return { status: answer.status, problem: (await answer.json()) as { code: string } }
  }, `/api/v1/transcriptions/${recordingId}/texts`)
  expect(refused).toMatchObject({ problem: { code: 'budget-exceeded' } })
  expect((await api<{ texts: Text[] }>('GET', `/transcriptions/${recordingId}`)).texts).toEqual(texts)
  // What is free can be run.
  await choose(dialog, 'offline/basic')
  await poll(async () => await start.getAttribute('aria-disabled')).toBeNull()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  expect(
    simulator
      .log()
      .slice(before)
      .filter(({ operation }) => operation === 'chat'),
  ).toEqual([])
})

test('nothing is wider than a phone', async () => {
  await page.setViewportSize({ width: 390, height: 860 })
  await poll(() => overflow(page)).toBeLessThanOrEqual(0)
  await page.setViewportSize({ width: 1280, height: 860 })
  const recording = await api<{ texts: Text[] }>('GET', `/transcriptions/${recordingId}`)
  expect(recording.texts.length).toBeGreaterThan(2)
})

test('no page wrote an error or asked another host', () => {
  opened.expectClean()
})
