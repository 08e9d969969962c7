/** From nothing to an edited, compared and exported text, in a browser. */
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openRecording, signIn, signUpFirst, untilFinished } from './browser.ts'
import { openContext, poll, upload } from './context.ts'
import { makeMp4, sample } from './media.ts'
import { openStage } from './stage.ts'

const stage = await openStage()
afterAll(async () => await stage.close())
const opened = await openContext(stage.browser, stage.server.address)
const page = await opened.context.newPage()

const transcript = async (): Promise<string> =>
  (await page.getByRole('list', { name: 'Transcript with times' }).innerText()).toLowerCase()
const playerSecond = async (): Promise<number> =>
  await page.evaluate(() => document.querySelector<HTMLMediaElement>('audio, video')?.currentTime ?? -1)

test('the first visit makes the administrator and shows where to drop a recording', async () => {
  await signUpFirst(page)
  await page.getByText('Drop a recording to begin').waitFor()
  await page.getByText(/Up to 10 GB and 12 hr a file/u).waitFor()
})

test('an audio and a video file are uploaded, and a second tab sees the work go on', async () => {
  const video = await makeMp4(sample('austen-0870.wav'), join(stage.folder, 'austen.mp4'))
  const second = await opened.context.newPage()
  await second.goto('/')
  await upload(page, [sample('jfk.wav'), video])
  await second.getByRole('link', { name: 'jfk', exact: true }).waitFor()
  await second.getByRole('link', { name: 'austen', exact: true }).waitFor()
  await openRecording(page, 'jfk')
  await untilFinished(page)
  // The excerpt arrives in the other tab without a reload.
  await second
    .getByText(/ask not what your country/iu)
    .first()
    .waitFor({ timeout: 60_000 })
  await second.close()
})

test('the words are right', async () => {
  await poll(transcript).toMatch(/and so,? my fellow americans,? ask not what your country can do for you/u)
  await page.reload()
  await poll(transcript).toMatch(/what you can do for your country/u)
})

test('a click on a word goes there, and the spoken word lights up', async () => {
  await page
    .locator('[data-word]', { hasText: /^Americans/u })
    .first()
    .click()
  await poll(playerSecond).toBeGreaterThan(0.8)
  const second = await playerSecond()
  expect(second).toBeLessThan(3.5)
  await poll(async () => (await page.locator('[data-spoken]').innerText()).trim()).toMatch(/Americans/u)
  await page.keyboard.press('l')
  await poll(playerSecond).toBeGreaterThan(second + 5)
})

test('playing moves the light along', async () => {
  await page.evaluate(() => {
    const media = document.querySelector('audio')
    // Without an end, a page that thinks slowly still finds it playing.
    if (media !== null) Object.assign(media, { muted: true, loop: true })
  })
  await page.getByRole('button', { name: 'Play from 0:00' }).first().click()
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  const seen = new Set<string>()
  await poll(async () => {
    seen.add((await page.locator('[data-spoken]').allInnerTexts()).join(''))
    return seen.size
  }).toBeGreaterThan(3)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
})

test('search tells n of m and goes round', async () => {
  const field = page.getByRole('textbox', { name: 'Search in this text' })
  await page.keyboard.press('/')
  await page.keyboard.type('COUNTRY')
  const count = page.getByRole('search').getByRole('status')
  await poll(async () => await count.innerText()).toBe('1 of 2')
  await page.getByRole('button', { name: 'Next match' }).click()
  await poll(async () => await count.innerText()).toBe('2 of 2')
  await field.press('Enter')
  await poll(async () => await count.innerText()).toBe('1 of 2')
  await poll(async () => (await page.locator('[data-found=current]').innerText()).toLowerCase()).toBe('country')
  await field.fill('')
})

const edit = async (text: string): Promise<void> => {
  await page
    .getByRole('button', { name: /^Edit the text at/u })
    .first()
    .focus()
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: /^Edit the text at/u }).fill(text)
  await page.keyboard.press('Escape')
  // The keyboard goes on from where it was.
  await poll(async () => await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(
    /^Edit the text at/u,
  )
  await page.getByRole('textbox', { name: /^Edit the text at/u }).waitFor({ state: 'detached' })
}
const untilSaved = async (): Promise<void> => await page.locator('[data-save-state=saved]').waitFor()

test('an edit saves itself, survives a reload, and can be undone', async () => {
  const before = await transcript()
  // Looked for from before: a test that comes late would see the saved state only.
  const begun = page.locator('[data-save-state=waiting], [data-save-state=saving]').first().waitFor()
  await Promise.all([begun, edit('Edited by hand: ünlü İstanbul.')])
  await untilSaved()
  await page.keyboard.press('Control+z')
  await poll(transcript).toBe(before)
  await untilSaved()
  await page.keyboard.press('Control+Shift+z')
  await poll(transcript).toContain('edited by hand')
  await untilSaved()
  await page.reload()
  await poll(transcript).toContain('edited by hand: ünlü i̇stanbul.')
})

test('the same place edited in two tabs asks which text stays', async () => {
  const second = await opened.context.newPage()
  await second.goto(page.url())
  await second.getByText('Edited by hand').first().waitFor()
  await edit('Mine.')
  await untilSaved()
  await second
    .getByRole('button', { name: /^Edit the text at/u })
    .first()
    .click()
  await second.getByRole('textbox', { name: /^Edit the text at/u }).fill('Theirs.')
  await second.getByText('Changed in two places').waitFor()
  await second.getByRole('button', { name: 'Keep my text' }).click()
  await second.locator('[data-save-state=saved]').waitFor()
  await second.close()
  await page.reload()
  await poll(transcript).toContain('theirs.')
})

test('what was recognized can be brought back after a reload, by keyboard for a part and at once for all', async () => {
  const first = page.getByRole('button', { name: /^Edit the text at/u }).first()
  const restore = page.getByRole('button', { name: 'Restore the original' })
  await first.focus()
  await page.keyboard.press('Enter')
  await page
    .locator('[data-original]')
    .getByText(/Recognized: And so,? my fellow Americans/u)
    .waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await poll(transcript).toMatch(/and so,? my fellow americans/u)
  await poll(async () => await restore.count()).toBe(0)
  await untilSaved()
  await page.keyboard.press('Control+z')
  await poll(transcript).toContain('theirs.')
  await untilSaved()
  await restore.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore the original' }).click()
  await poll(transcript).toMatch(/and so,? my fellow americans/u)
  await untilSaved()
  await page.reload()
  await poll(transcript).toMatch(/and so,? my fellow americans/u)
  await edit('Theirs.')
  await untilSaved()
})

test.each([
  ['txt', /^text\/plain/u, 'Theirs.'],
  ['srt', /subrip|text\/plain/u, '-->'],
  ['vtt', /^text\/vtt/u, 'WEBVTT'],
  ['json', /^application\/json/u, '"'],
  ['md', /^text\/markdown/u, 'Theirs.'],
  ['docx', /wordprocessingml/u, 'PK'],
  ['pdf', /^application\/pdf/u, '%PDF'],
])('export as %s', async (format, type, contains) => {
  await page.getByRole('button', { name: 'Export' }).click()
  const link = page.getByRole('dialog').locator(`a[href*="format=${format}"]`)
  const href = (await link.getAttribute('href')) ?? ''
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  expect(download.suggestedFilename()).toMatch(new RegExp(`^jfk.*\\.${format}$`, 'u'))
  await page.keyboard.press('Escape')
  const answer = await opened.context.request.get(href)
  expect(answer.headers()['content-type']).toMatch(type)
  expect((await answer.body()).toString('latin1')).toContain(contains)
})

test('two texts are compared side by side with differences marked', async () => {
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Compare texts' }).click()
  await page.locator('[data-column="0"]').waitFor()
  await page.getByText(/of the text is the same/u).waitFor()
  await poll(async () => await page.locator('[data-column] :is(ins, del)').count()).toBeGreaterThan(0)
  expect(await page.locator('[data-column="0"] ins').count()).toBe(0)
})

test('the video plays, has its text, and is deleted with a question before', async () => {
  await openRecording(page, 'austen')
  await untilFinished(page)
  await poll(transcript).toMatch(/john dashwood/u)
  await poll(async () => await page.evaluate(() => document.querySelector('video')?.videoWidth ?? 0)).toBe(320)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete recording' }).click()
  await page.getByRole('button', { name: 'Delete recording' }).click()
  await page.getByRole('heading', { name: 'Recordings', exact: true }).waitFor()
  await poll(async () => await page.getByRole('link', { name: 'austen', exact: true }).count()).toBe(0)
})

test('the list is searched and filtered, and says when nothing matches', async () => {
  await page.getByRole('textbox', { name: 'Search recordings' }).fill('theirs')
  await page.getByRole('link', { name: 'jfk', exact: true }).waitFor()
  await page.getByRole('textbox', { name: 'Search recordings' }).fill('nowhere-to-be-found')
  await page.getByText('No recording matches').waitFor()
  await page.getByRole('button', { name: 'Clear search and filters' }).click()
  await page.getByRole('link', { name: 'jfk', exact: true }).waitFor()
})

test('an ended session is renewed over the page, without losing it', async () => {
  await openRecording(page, 'jfk')
  await opened.context.clearCookies()
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('textbox', { name: 'Title of the recording' }).fill('Inaugural')
  await page.keyboard.press('Enter')
  await page.getByText('Your session has ended', { exact: false }).waitFor()
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Your session has ended', { exact: false }).waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'jfk', exact: true }).waitFor()
})

test('a deep link asks to sign in and comes back', async () => {
  const address = page.url()
  await opened.context.clearCookies()
  await page.goto(address)
  await page.getByLabel('Email').fill('ada@example.org')
  await page.getByRole('textbox', { name: 'Password' }).fill('not the right one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Email or password is wrong').waitFor()
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'jfk', exact: true }).waitFor()
  await poll(() => page.url()).toBe(address)
})

test('nothing outside the server was asked for, and no page wrote an error', async () => {
  const fresh = await openContext(stage.browser, stage.server.address)
  await signIn(await fresh.context.newPage())
  fresh.expectClean()
  await fresh.context.close()
  opened.expectClean()
})
