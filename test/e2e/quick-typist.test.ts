/** What can be typed into has the focus the moment it is on the page: the letters of a quick typist are not lost. */
import type { Locator } from 'playwright-core'
import { beforeEach, expect, test } from 'vitest'
import { poll } from './context.ts'
import { openProviderStage } from './provider-stage.ts'

const { opened, page } = await openProviderStage({ providers: ['groq'] })

const picker = page.locator('main').getByRole('button', { name: /^Model for text/u })
const search = page.getByRole('textbox', { name: 'Search', exact: true })

/** Defined in the page: what a screen reader calls the thing that has the focus. */
await page.addInitScript(() => {
  Object.assign(globalThis, {
    focusedLabel: () => {
      const { activeElement } = document
      const label = activeElement instanceof HTMLInputElement ? activeElement.labels?.[0]?.textContent : null
      return activeElement?.getAttribute('aria-label') ?? label ?? activeElement?.tagName ?? ''
    },
  })
})
declare const globalThis: typeof window & { focusedLabel: () => string }

const focusedLabel = async (): Promise<string> => await page.evaluate(() => globalThis.focusedLabel())

/** Whatever the page wanted to do a moment or a picture later is done. */
const afterTimers = async (): Promise<void> =>
  await page.evaluate(async () => {
    for (let turn = 0; turn < 2; turn += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
  })

/**
 * What has the focus when the wanted element comes into the page, before any timer can run: keys that wait in the queue of
 * a busy page go there.
 */
const focusOnArrival = async (opener: Locator, wanted: string): Promise<string> =>
  await opener.evaluate(async (element, selector) => {
    const isThere = (): boolean => [...document.querySelectorAll(selector)].some((one) => one.checkVisibility())
    const arrived = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (!isThere()) return
        observer.disconnect()
        resolve()
      })
      observer.observe(document, { subtree: true, childList: true, attributes: true })
    })
    const button = element as HTMLElement
    button.focus()
    button.click()
    await arrived
    // The rest of this task, and nothing of the next.
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
    return globalThis.focusedLabel()
  }, wanted)

beforeEach(async () => {
  await page.goto('/upload')
  await poll(async () => await picker.isEnabled()).toBe(true)
})

test('the search field of a picker has the focus at once, and gives it back', async () => {
  expect(await focusOnArrival(picker, '[role=dialog] input')).toBe('Search')
  await page.keyboard.type('llama')
  expect(await search.inputValue()).toBe('llama')
  await page.keyboard.press('Escape')
  await search.waitFor({ state: 'detached' })
  await poll(async () => await picker.evaluate((button) => button === document.activeElement)).toBe(true)
})

test('the page stays where it is when a picker opens', async () => {
  await page.setViewportSize({ width: 900, height: 420 })
  try {
    await picker.scrollIntoViewIfNeeded()
    const before = await page.evaluate(() => scrollY)
    await focusOnArrival(picker, '[role=dialog] input')
    expect(await page.evaluate(() => scrollY)).toBe(before)
  } finally {
    await page.setViewportSize({ width: 1280, height: 720 })
  }
})

test('letters typed on a closed picker open it and are searched for', async () => {
  await picker.focus()
  await page.keyboard.type('llama')
  await search.waitFor()
  expect(await search.inputValue()).toBe('llama')
  // Keys of the page are keys of the page: with Ctrl nothing is searched for.
  await page.keyboard.press('Escape')
  await search.waitFor({ state: 'detached' })
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: 'Search commands' }).waitFor()
})

test('after a choice the keyboard goes on from the picker at once', async () => {
  await picker.click()
  const before = await picker.innerText()
  const other = page.locator('[role=option][value="auto:cheapest"]:visible')
  const focused = await other.evaluate(async (option) => {
    ;(option as HTMLElement).click()
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
    return document.activeElement?.getAttribute('aria-label') ?? ''
  })
  expect(focused).toMatch(/^Model for text/u)
  expect(await picker.innerText()).not.toBe(before)
})

test('the field of the command palette has the focus at once, and the page gets it back', async () => {
  const opener = page.getByRole('button', { name: /^Commands/u }).first()
  expect(await focusOnArrival(opener, '.mantine-Spotlight-search')).toBe('Search commands')
  await page.keyboard.press('Escape')
  await page.getByRole('textbox', { name: 'Search commands' }).waitFor({ state: 'detached' })
  await poll(async () => await opener.evaluate((button) => button === document.activeElement)).toBe(true)
})

test.each([
  ['/settings/templates', 'New template', 'Name'],
  ['/admin/ai-models', 'Add a model', 'Provider'],
  ['/admin/alerts/channels', 'Add a channel', 'Name'],
])('on %s, what “%s” opens has the focus in its first field', async (path, name, field) => {
  await page.goto(path)
  const opener = page.getByRole('button', { name, exact: true })
  await opener.waitFor()
  expect(await focusOnArrival(opener, '[role=dialog] input')).toContain(field)
  await afterTimers()
  expect(await focusedLabel()).toContain(field)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await poll(async () => await opener.evaluate((button) => button === document.activeElement)).toBe(true)
})

test('a click from one number to the next leaves the first and stays in the next', async () => {
  await page.goto('/admin/ai-models?search=llama')
  const numbers = page.getByRole('button', { name: /^Multiplier of/u })
  const [one, two] = [await numbers.nth(0).getAttribute('aria-label'), await numbers.nth(1).getAttribute('aria-label')]
  await page.getByRole('button', { name: one ?? '', exact: true }).click()
  await page.getByRole('button', { name: two ?? '', exact: true }).click()
  const label = two?.replace(/:[^:]*$/u, '') ?? ''
  await afterTimers()
  expect(await focusedLabel()).toBe(label)
  await page.keyboard.press('Escape')
  expect(await focusedLabel()).toBe(two)
})

test.each([
  ['/?status=failed', 'Search recordings and their texts'],
  ['/admin/ai-models', 'Search name'],
  ['/admin/errors', 'Search messages, requests, recordings'],
  ['/admin/choices', 'Request'],
])(
  'on %s, the field “%s”, whose words stand in the address, loses no letter, nor the place of the cursor',
  async (path, name) => {
    await page.goto(path)
    const field = page
      .locator('main input[type=search], main input[type=text], main input:not([type])')
      .and(page.getByLabel(name))
    await field.focus()
    await page.keyboard.type('a name')
    for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowLeft')
    await page.keyboard.type('nother')
    expect(await field.inputValue()).toBe('another name')
    await poll(() => [...new URL(page.url()).searchParams.values()]).toContain('another name')
  },
)

test('filters that are changed quickly are all kept, and what is cleared stays cleared', async () => {
  await page.goto('/admin/ai-models')
  const field = page.getByRole('searchbox', { name: /^Search name/u })
  await field.fill('llama')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('combobox', { name: 'Provider' }).click()
  await page.getByRole('option', { name: 'groq' }).click()
  await poll(() => new URL(page.url()).search).toBe('?provider=groq')
  expect(await field.inputValue()).toBe('')
  await page.goto('/admin/errors')
  await page.getByRole('searchbox').fill('timeout')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('button', { name: 'Clear filters' }).waitFor({ state: 'detached' })
  expect(await page.getByRole('searchbox').inputValue()).toBe('')
})

test('no page wrote an error or asked another host', () => {
  opened.expectClean()
})
