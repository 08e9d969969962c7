/** Uploads go on after a broken connection and a reload; what cannot be taken says why. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { signUpFirst } from './browser.ts'
import { openContext, poll } from './context.ts'
import { openLine } from './line.ts'
import { makeLarge, makeSilentPicture, sample } from './media.ts'
import { openStage } from './stage.ts'

const line = await openLine()
afterAll(async () => await line.close())
const stage = await openStage({ UPLOAD_MAX_SIZE: '60MB', PUBLIC_URL: line.address })
afterAll(async () => await stage.close())
line.connectTo(stage.server.address)
const opened = await openContext(stage.browser, line.address)
const large = await makeLarge(sample('jfk.wav'), join(stage.folder, 'large.wav'), 60)
let page: Page

const bytesPerSecond = 1_500_000

beforeAll(async () => {
  await signUpFirst(await opened.context.newPage())
})
beforeEach(async () => {
  for (const old of opened.context.pages()) await old.close()
  page = await opened.context.newPage()
})

/** A line slow enough to break in the middle of a file. */
const slowDown = async (target: Page): Promise<void> => {
  const session = await opened.context.newCDPSession(target)
  await session.send('Network.enable')
  const conditions = { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput: bytesPerSecond }
  await session.send('Network.emulateNetworkConditions', conditions)
}

const choose = async (paths: string[]): Promise<void> => {
  await page.goto('/upload')
  await page.locator('main input[type=file]').setInputFiles(paths)
}
const start = async (): Promise<void> => await page.getByRole('button', { name: /^Upload \d/u }).click()
const share = async (): Promise<number> =>
  Number(
    (await page
      .getByRole('progressbar', { name: /^Upload of/u })
      .first()
      .getAttribute('aria-valuenow')) ?? 0,
  )
const untilShare = async (least: number): Promise<void> => {
  await poll(share).toBeGreaterThan(least)
}
const untilState = async (state: string): Promise<void> => {
  await page.locator(`[data-upload-state=${state}]`).waitFor({ timeout: 60_000 })
}
/** Where each request that carries a part of the file begins. */
const watchOffsets = (): number[] => {
  const offsets: number[] = []
  page.on('request', (request: Request) => {
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset'] ?? -1))
  })
  return offsets
}
const recordings = async (): Promise<{ title: string; sizeBytes: number }[]> => {
  const answer = await opened.context.request.get('/api/v1/transcriptions')
  return ((await answer.json()) as { items: { title: string; sizeBytes: number }[] }).items
}
const removeAll = async (): Promise<void> => {
  for (const { id } of (await recordings()) as unknown as { id: string }[]) {
    await opened.context.request.delete(`/api/v1/transcriptions/${id}`, { headers: { origin: line.address } })
  }
}

test('after a broken connection it goes on where it was', async () => {
  await choose([large])
  await slowDown(page)
  const offsets = watchOffsets()
  await start()
  await untilShare(15)
  line.cut()
  await page.getByText('The connection is broken', { exact: false }).waitFor()
  line.mend()
  await untilState('done')
  expect(offsets.at(-1)).toBeGreaterThan(0)
  expect((await recordings()).map(({ title, sizeBytes }) => [title, sizeBytes > 11_000_000])).toEqual([['large', true]])
  await removeAll()
})

test('after a reload it goes on by itself, from the file the browser kept', async () => {
  await choose([large])
  await slowDown(page)
  await start()
  await untilShare(15)
  const offsets = watchOffsets()
  await page.reload()
  await untilState('done')
  expect(offsets[0]).toBeGreaterThan(0)
  expect((await recordings()).map(({ title, sizeBytes }) => [title, sizeBytes > 11_000_000])).toEqual([['large', true]])
  await page.reload()
  await page.getByText('Drop recordings here').waitFor()
  expect(await page.locator('[data-upload-state]').count()).toBe(0)
  await removeAll()
})

test('pause holds it, also over a reload, and resume goes on', async () => {
  await choose([large])
  await slowDown(page)
  await start()
  await untilShare(10)
  await page.getByRole('button', { name: 'Pause large.wav' }).click()
  await untilState('paused')
  await page.reload()
  await untilState('paused')
  const offsets = watchOffsets()
  await page.getByRole('button', { name: 'Resume large.wav' }).click()
  await untilState('done')
  expect(offsets[0]).toBeGreaterThan(0)
  await removeAll()
})

test('cancel leaves nothing behind', async () => {
  await choose([large])
  await slowDown(page)
  await start()
  await untilShare(10)
  await page.getByRole('button', { name: 'Cancel the upload of large.wav' }).click()
  await page.locator('[data-upload-state]').waitFor({ state: 'detached' })
  await page.reload()
  await page.getByText('Drop recordings here').waitFor()
  expect(await page.locator('[data-upload-state]').count()).toBe(0)
  expect(await recordings()).toEqual([])
})

test('while it runs, other pages show how far it is', async () => {
  await choose([large])
  await slowDown(page)
  await start()
  await untilShare(5)
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('progressbar', { name: 'Progress of uploads' }).waitFor()
  await page.getByRole('progressbar', { name: 'Progress of uploads' }).waitFor({ state: 'detached', timeout: 60_000 })
  await removeAll()
})

test('a file without sound and a file that is none are refused with title and advice', async () => {
  const silent = await makeSilentPicture(join(stage.folder, 'silent.mp4'))
  const text = join(stage.folder, 'renamed.mp4')
  await writeFile(text, 'This is only text. '.repeat(200))
  await choose([silent, text])
  await start()
  await page.getByText('The file holds no audio').waitFor()
  await page.getByText('Upload a recording with a sound track.').waitFor()
  await page.getByText('This is not an audio or video file').waitFor()
  expect(await recordings()).toEqual([])
})

test('an empty and a too large file are told before anything is sent', async () => {
  const empty = join(stage.folder, 'empty.mp3')
  await writeFile(empty, '')
  const huge = join(stage.folder, 'huge.mp4')
  await writeFile(huge, Buffer.alloc(61_000_000))
  await choose([empty, huge])
  await page.getByText('The file is empty', { exact: false }).waitFor()
  await page.getByText('larger than the limit of 60 MB', { exact: false }).waitFor()
  expect(await page.getByRole('button', { name: 'Choose files first' }).isDisabled()).toBe(true)
  // The region was there before the files, or a screen reader would not read them.
  expect(await page.locator('[aria-live=polite]', { hasText: 'The file is empty' }).count()).toBe(1)
})

test('on a phone the page shows what it began, and what cannot be sent stays with its reason', async () => {
  const empty = join(stage.folder, 'nothing.mp3')
  await writeFile(empty, '')
  await page.setViewportSize({ width: 390, height: 760 })
  await choose([sample('jfk.wav'), empty])
  await start()
  const heading = page.getByRole('heading', { name: 'Uploads' })
  await poll(async () => {
    const box = await heading.boundingBox()
    // Below the bar at the top, above the foot of the window.
    return box !== null && box.y >= 50 && box.y < 700
  }).toBe(true)
  await poll(async () => await heading.evaluate((element) => element === document.activeElement)).toBe(true)
  await page.getByText('nothing.mp3').waitFor()
  await page.getByText('The file is empty', { exact: false }).waitFor()
  await untilState('done')
  await removeAll()
})

test('a proxy that refuses large bodies gets smaller pieces', async () => {
  const sizes: number[] = []
  await page.route('**/api/v1/uploads/*', async (route, request) => {
    const size = Number(request.headers()['content-length'] ?? request.postDataBuffer()?.length ?? 0)
    if (request.method() !== 'PATCH') return await route.continue()
    sizes.push(size)
    if (size <= 1_000_000) return await route.continue()
    await route.fulfill({ status: 413, contentType: 'text/html', body: '<h1>413 Request Entity Too Large</h1>' })
  })
  const middle = await makeLarge(sample('jfk.wav'), join(stage.folder, 'middle.wav'), 12)
  await choose([middle])
  await start()
  await untilState('done')
  expect(Math.max(...sizes)).toBeGreaterThan(1_000_000)
  await removeAll()
})

test('a proxy that refuses every piece is told apart from this server', async () => {
  await page.route('**/api/v1/uploads/*', async (route, request) => {
    if (request.method() !== 'PATCH') return await route.continue()
    await route.fulfill({ status: 413, contentType: 'text/html', body: '<h1>413 Request Entity Too Large</h1>' })
  })
  await choose([sample('jfk.wav')])
  await start()
  await page.getByText('A server in between refused the size').waitFor()
  await page.unroute('**/api/v1/uploads/*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await untilState('done')
  await removeAll()
})

test('files may be dropped on any page', async () => {
  await page.goto('/settings/account')
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer()
    data.items.add(new File(['abc'], 'dropped.mp3', { type: 'audio/mpeg' }))
    return data
  })
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer })
  await page.dispatchEvent('[data-drop-everywhere]', 'dragenter', { dataTransfer: transfer })
  await page.getByText('Drop to upload').waitFor()
  await page.dispatchEvent('[data-drop-everywhere]', 'drop', { dataTransfer: transfer })
  await page.getByText('1 chosen file').waitFor()
  await page.getByText('dropped.mp3').waitFor()
})
