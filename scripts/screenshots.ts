/**
 * Takes the pictures of the documentation from the real pages: a server of its own with an embedded database in a
 * temporary folder, the sample recordings, and the simulator in place of an AI provider. `npm run screenshots`.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Browser, type Page } from 'playwright-core'
import { createSimulator, type Simulator } from '../simulator/simulator.ts'
import { launchBrowser, signIn, signUpFirst, untilFinished } from '../test/e2e/browser.ts'
import { makeMp4, sample } from '../test/e2e/media.ts'

const root = join(import.meta.dirname, '..')
const target = join(root, 'docs/images')
const port = 38_123
const address = `http://localhost:${port}`

const startServer = async (dataDirectory: string, providerUrl: string): Promise<ChildProcess> => {
  const env = {
    ...process.env,
    DATA_DIR: dataDirectory,
    HOST: 'localhost',
    PORT: String(port),
    LOG_LEVEL: 'warn',
    REQUESTS_PER_MINUTE: '100000',
    OPENAI_COMPATIBLE_SIM_BASE_URL: providerUrl,
    OPENAI_COMPATIBLE_SIM_API_KEY: 'sk-simulated-key-0001',
    OPENAI_COMPATIBLE_SIM_MODELS: 'local-model',
  }
  const child = spawn(process.execPath, [join(root, 'src/main.ts')], { cwd: root, env, stdio: 'inherit' })
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error('The server ended before it was ready')
    const ready = await fetch(`${address}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ready) return child
    await wait(200)
  }
  throw new Error('The server did not start')
}

const uploadOne = async (page: Page, path: string, model: RegExp): Promise<string> => {
  await page.goto('/upload')
  await page.getByRole('button', { name: /^Model for text/u }).click()
  await page.getByRole('option', { name: model }).first().click()
  await page.locator('main input[type=file]').setInputFiles([path])
  await page.getByRole('button', { name: 'Upload 1 file' }).click()
  await page.getByRole('link', { name: 'Open' }).click()
  await untilFinished(page)
  return new URL(page.url()).pathname
}

/** Recordings in the states that the documentation shows. */
const prepare = async (page: Page, simulator: Simulator, folder: string): Promise<{ good: string; failed: string }> => {
  await uploadOne(page, sample('tr-synthetic.wav'), /offline|basic/iu)
  const video = await makeMp4(sample('austen-0870.wav'), join(folder, 'Sense and Sensibility, chapter 1.mp4'))
  simulator.addFault({ provider: 'compatible', model: 'local-model', fault: 'status:401' })
  const failed = await uploadOne(page, video, /local-model/u)
  await simulator.reset()
  const good = await uploadOne(page, sample('jfk.wav'), /offline|basic/iu)
  return { good, failed }
}

interface Shot {
  name: string
  path: string
  /** Brings the page into the state to be seen. */
  arrange?: (page: Page) => Promise<void>
}

const shotsOf = (good: string, failed: string): Shot[] => [
  { name: 'recordings', path: '/' },
  { name: 'upload', path: '/upload' },
  {
    name: 'transcript',
    path: good,
    arrange: async (page) => {
      await page.locator('[data-word]').nth(5).click()
    },
  },
  { name: 'failure', path: `${failed}?tab=summary` },
  { name: 'compare', path: `${good}/compare` },
  { name: 'settings', path: '/settings/speech' },
]

const look = async (browser: Browser, shots: Shot[], theme: 'light' | 'dark', width: number): Promise<void> => {
  const height = width < 600 ? 844 : 820
  const context = await browser.newContext({ baseURL: address, viewport: { width, height }, deviceScaleFactor: 2 })
  const page = await context.newPage()
  await signIn(page)
  await context.request.patch('/api/v1/me', { data: { preferences: { theme } }, headers: { origin: address } })
  for (const { name, path, arrange } of shots) {
    await page.goto(path)
    await page.locator('h1').first().waitFor()
    // Pictures and first requests settle; the event stream keeps the network from ever being idle.
    await wait(1500)
    await arrange?.(page)
    await wait(300)
    await page.screenshot({ path: join(target, `${name}-${width < 600 ? 'phone' : theme}.png`) })
  }
  await context.close()
}

const main = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'mp4totext-screenshots-'))
  const simulator = createSimulator()
  const { urls } = await simulator.start()
  const server = await startServer(join(folder, 'data'), urls.compatible)
  const browser = await launchBrowser()
  try {
    await mkdir(target, { recursive: true })
    const context = await browser.newContext({ baseURL: address })
    const page = await context.newPage()
    await signUpFirst(page)
    const { good, failed } = await prepare(page, simulator, folder)
    const shots = shotsOf(good, failed)
    await look(browser, shots, 'light', 1280)
    await look(browser, shots, 'dark', 1280)
    await look(browser, shots.slice(0, 4), 'light', 390)
  } finally {
    await browser.close()
    server.kill('SIGTERM')
    await simulator.close()
    await wait(3000)
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
