/**
 * Takes the pictures of the documentation from the real pages: the demo (real server, simulated providers) with a
 * database of its own in a temporary folder, and its recordings. `npm run screenshots`, or `npm run screenshots -- admin`
 * for those whose name begins so.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { demoUser } from '../simulator/demo/add-history.ts'
import { adminPages } from './demo/admin-pages.ts'
import { launchBrowser } from '../test/e2e/browser.ts'

const root = join(import.meta.dirname, '..')
const target = join(root, 'docs/images')
const port = process.env['PORT'] ?? '38123'
const address = `http://localhost:${port}`
/** The beginning of the names that are asked for; all by default. */
const wanted = process.argv[2] ?? ''
const longestWaitMs = 600_000

interface Recording {
  id: string
  title: string
  status: string
}

const startDemo = (dataDirectory: string): ChildProcess =>
  spawn(process.execPath, ['simulator/demo/run.ts'], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDirectory, PORT: port, REQUESTS_PER_MINUTE: '100000' },
    stdio: 'inherit',
  })

const readRecordings = async (context: BrowserContext): Promise<Recording[]> => {
  const answer = await context.request.get('/api/v1/transcriptions')
  return ((await answer.json()) as { items: Recording[] }).items
}

/** The demo has made its history, and all work on it has ended. */
const untilReady = async (context: BrowserContext, demo: ChildProcess): Promise<Recording[]> => {
  const endMs = Date.now() + longestWaitMs
  const body = { email: demoUser.email, password: demoUser.password }
  while (Date.now() < endMs) {
    if (demo.exitCode !== null) throw new Error('The demo ended before it was ready')
    await wait(1500)
    const signedIn = await context.request
      .post('/api/auth/sign-in/email', { data: body, headers: { origin: address } })
      .then((answer) => answer.ok())
      .catch(() => false)
    if (signedIn) break
  }
  while (Date.now() < endMs) {
    const recordings = await readRecordings(context)
    const working = recordings.some(({ status }) => status === 'queued' || status === 'running')
    // Six are in the demo's history.
    if (recordings.length >= 6 && !working) return recordings
    await wait(1500)
  }
  throw new Error('The demo was not ready in time')
}

const pagesOf = (recordings: readonly Recording[]): [string, string][] => {
  const at = (title: string): string => {
    const found = recordings.find((recording) => recording.title === title)
    if (found === undefined) throw new Error(`The demo has no recording named "${title}"`)
    return `/recordings/${found.id}`
  }
  const good = at('Sense and Sensibility, chapter 1')
  return [
    ['recordings', '/'],
    ['upload', '/upload'],
    ['recording', good],
    ['enhanced', `${good}?tab=enhanced`],
    ['summary', `${good}?tab=summary`],
    ['compare', `${good}/compare`],
    ['fallback', `${at('Sense and Sensibility, answered by another model')}?tab=enhanced`],
    ['failure', `${at('Kennedy, refused by the provider')}?tab=enhanced`],
    ['no-speech', at('Two minutes of silence')],
    ['credits', '/credits'],
    ['settings-account', '/settings/account'],
    ['settings-appearance', '/settings/appearance'],
    ['settings-templates', '/settings/templates'],
    ['settings-ai-models', '/settings/ai-models'],
    ['model-picker', '/upload'],
    ['several-models', `${good}?tab=summary`],
    ['settings-speech', '/settings/speech'],
    ['settings-providers', '/settings/providers'],
    ['settings-invitations', '/settings/invitations'],
  ]
}

/** What is to be seen only after something was opened. */
const openFirst = async (page: Page, file: string): Promise<void> => {
  if (file.startsWith('model-picker-')) {
    await page.getByRole('button', { name: /^Model for text/u }).click()
    await page.getByText(/^Providers were asked/u).waitFor()
  }
  if (file.startsWith('admin-rules-')) {
    await page.getByRole('tab', { name: 'Rules' }).click()
    await page.locator('[data-rule=temperature]').first().scrollIntoViewIfNeeded()
  }
  if (file.startsWith('admin-check-')) {
    await page.getByRole('button', { name: 'Check all' }).click()
    await page.getByRole('radio', { name: 'Every model that is on' }).check()
    await wait(400)
  }
  if (file.startsWith('several-models-')) {
    await page.getByRole('button', { name: 'More for this text' }).click()
    await page.getByRole('menuitem', { name: 'Run again with another model' }).click()
    await page.getByRole('button', { name: 'Add a model to compare' }).click()
    await page.locator('[data-estimate]').nth(1).waitFor()
  }
}

const take = async (page: Page, path: string, file: string): Promise<void> => {
  await page.goto(path)
  await page.locator('h1').first().waitFor()
  // The event stream keeps the network from ever being idle; what is read at first is there by then.
  await wait(1200)
  if (file.startsWith('recording-')) {
    // A word that is spoken, as it looks while the sound runs.
    await page.locator('[data-word]').nth(7).click()
    await page.mouse.move(0, 0)
    await wait(300)
  }
  await openFirst(page, file)
  await page.screenshot({ path: join(target, file) })
}

const looks = [
  { name: 'light', theme: 'light', viewport: { width: 1280, height: 840 } },
  { name: 'dark', theme: 'dark', viewport: { width: 1280, height: 840 } },
  { name: 'phone', theme: 'light', viewport: { width: 390, height: 800 } },
] as const

const takeAll = async (context: BrowserContext, recordings: readonly Recording[]): Promise<void> => {
  const page = await context.newPage()
  const all = [...pagesOf(recordings), ...(await adminPages(context))]
  const pages = all.filter(([shot]) => shot.startsWith(wanted))
  for (const { name, theme, viewport } of looks) {
    const data = { preferences: { theme, locale: 'en' } }
    await context.request.patch('/api/v1/me', { data, headers: { origin: address } })
    await page.setViewportSize(viewport)
    for (const [shot, path] of pages) await take(page, path, `${shot}-${name}.png`)
  }
}

const takeSignIn = async (context: BrowserContext): Promise<void> => {
  const page = await context.newPage()
  for (const { name, theme, viewport } of looks) {
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize(viewport)
    await take(page, '/sign-in', `sign-in-${name}.png`)
  }
}

const main = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'mp4totext-screenshots-'))
  await mkdir(target, { recursive: true })
  const demo = startDemo(join(folder, 'data'))
  const browser = await launchBrowser()
  try {
    const options = { baseURL: address, locale: 'en-US' }
    const context = await browser.newContext(options)
    await takeAll(context, await untilReady(context, demo))
    if ('sign-in'.startsWith(wanted)) await takeSignIn(await browser.newContext(options))
  } finally {
    await browser.close()
    const ended = demo.exitCode === null ? once(demo, 'exit') : Promise.resolve()
    demo.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
