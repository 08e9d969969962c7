/** What holds for the server as a whole: headers, the page, health, the OpenAPI document, and no word to the outside. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractRoutes } from '../../src/http/operation-ids.ts'
import { startTestServer, type TestServer } from './harness.ts'

let server: TestServer

beforeAll(async () => {
  const webDirectory = await mkdtemp(join(tmpdir(), 'mp4totext-web-'))
  await mkdir(join(webDirectory, 'assets'))
  await writeFile(join(webDirectory, 'index.html'), '<!doctype html><title>page</title>')
  await writeFile(join(webDirectory, 'assets', 'main-abc123.js'), 'export {}')
  await writeFile(join(webDirectory, '.secret'), 'x')
  server = await startTestServer({ settings: { webDirectory, allowedOrigins: ['https://page.example.org'] } })
})
afterAll(() => server.close())

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { headers })

describe('the page', () => {
  test('is sent for each of its addresses, and asked for again each time', async () => {
    for (const path of ['/', '/sign-up?invitation=x', '/recordings/0192']) {
      const response = await get(path, { accept: 'text/html,*/*' })
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache'])
      expect(await response.text()).toContain('<title>page</title>')
    }
  })

  test('files with hashed names are kept for a year', async () => {
    const response = await get('/assets/main-abc123.js')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('content-type')).toContain('javascript')
  })

  test('what is not there is not the page: files, hidden files, the API', async () => {
    for (const path of ['/assets/gone.js', '/.secret', '/%2e%2e/package.json', '/api/v1/nothing']) {
      const response = await get(path, { accept: 'text/html' })
      expect([path, response.status]).toEqual([path, 404])
    }
  })

  test('names no other host and allows no inline script', async () => {
    const policy = (await get('/', { accept: 'text/html' })).headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/)
  })

  test('every answer is guarded against sniffing and framing', async () => {
    for (const path of ['/', '/api/v1/server', '/api/v1/nothing', '/healthz']) {
      const { headers } = await get(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.has('x-powered-by')).toBe(false)
    }
  })
})

describe('other origins', () => {
  test('may read only when they are listed', async () => {
    const listed = await get('/api/v1/server', { origin: 'https://page.example.org' })
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://page.example.org')
    expect(listed.headers.get('access-control-allow-credentials')).toBe('true')
    for (const origin of ['https://evil.example', 'https://page.example.org.evil.example', 'null']) {
      expect((await get('/api/v1/server', { origin })).headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  test('a preflight of a resumable upload is answered', async () => {
    const response = await fetch(`${server.url}/api/v1/uploads/x`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://page.example.org',
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'tus-resumable,upload-offset,content-type',
      },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-methods')).toContain('PATCH')
    expect(response.headers.get('access-control-allow-headers')).toContain('upload-offset')
    expect(response.headers.get('access-control-expose-headers')).toContain('x-transcription-id')
  })
})

describe('health', () => {
  test('is told without a word about the inside', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok' })
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ready', checks: { database: true, open: true } })
  })
})

interface OpenApi {
  readonly openapi: string
  readonly paths: Record<
    string,
    Record<string, { operationId?: string; responses: object; security: object[]; requestBody?: object }>
  >
}

describe('the OpenAPI document', () => {
  test('is 3.1, has every route of the contract by name, and points to nothing that is not in it', async () => {
    const document = (await (await get('/api/openapi.json')).json()) as OpenApi
    expect(document.openapi).toMatch(/^3\.1\./)
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
    const names = operations.map(({ operationId }) => operationId)
    for (const name of contractRoutes.keys()) expect(names).toContain(name)
    // A module of the contract that `operation-ids.ts` does not know leaves its routes without a name.
    for (const name of names) expect(name ?? 'tus').toMatch(/^[A-Za-z]+$/)
    const named = names.filter((name) => name !== undefined)
    expect(new Set(named).size).toBe(named.length)
    const text = JSON.stringify(document)
    for (const [, pointer = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = pointer.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document)
      expect(target).toBeDefined()
    }
    expect(document.paths['/api/v1/transcriptions/{id}']?.['get']?.security).toEqual([{ session: [] }])
    expect(document.paths['/api/v1/server']?.['get']?.security).toEqual([])
    expect(document.paths['/api/auth/sign-in/email']?.['post']?.requestBody).toBeDefined()
  })

  test('can be browsed with files of this server alone', async () => {
    const page = await get('/api/docs/')
    expect(page.status).toBe(200)
    const html = await page.text()
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>[^<]/)
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, path]) => new URL(path ?? '', `${server.url}/api/docs/`),
    )
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) expect([file.pathname, (await fetch(file)).status]).toEqual([file.pathname, 200])
    const setUp = await (await get('/api/docs/static/swagger-initializer.js')).text()
    expect(setUp).toContain('"validatorUrl":null')
  })
})
