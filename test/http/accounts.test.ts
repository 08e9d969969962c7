import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cookiesOf, PASSWORD, startTestServer, type TestServer } from './harness.ts'

interface ProblemBody {
  readonly code: string
  readonly retryAfterMs?: number
}

const attempt = (server: TestServer, path: string, body: object): Promise<Response> =>
  fetch(`${server.url}/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const codeOf = async (response: Response): Promise<string> => ((await response.json()) as ProblemBody).code

describe('sign-up and sign-in', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  test('the first person becomes the administrator, the next one a user', async () => {
    const before = await server.anyone().json('GET', '/api/v1/server')
    expect(before.body).toMatchObject({ needsSetup: true })
    const first = await server.signUp('first@example.org')
    const second = await server.signUp('second@example.org')
    expect((await first.json('GET', '/api/v1/me')).body).toMatchObject({ email: 'first@example.org', role: 'admin' })
    expect((await second.json('GET', '/api/v1/me')).body).toMatchObject({ email: 'second@example.org', role: 'user' })
    expect((await server.anyone().json('GET', '/api/v1/server')).body).toMatchObject({ needsSetup: false })
  })

  test('the session is a cookie that scripts cannot read, and no answer names its token', async () => {
    const response = await attempt(server, 'sign-in/email', { email: 'FIRST@example.org', password: PASSWORD })
    expect(response.status).toBe(200)
    const [cookie] = response.headers.getSetCookie()
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    expect(cookie).not.toMatch(/Secure/i)
    const token = decodeURIComponent(cookie?.split(';')[0]?.split('=')[1] ?? '').split('.')[0] ?? ''
    expect(token.length).toBeGreaterThan(20)
    expect(await response.text()).not.toContain(token)
    expect(server.logs.join('')).not.toContain(token)
  })

  test('a wrong password and an unknown email read the same', async () => {
    const wrong = await attempt(server, 'sign-in/email', { email: 'first@example.org', password: 'not the password' })
    const unknown = await attempt(server, 'sign-in/email', {
      email: 'nobody@example.org',
      password: 'not the password',
    })
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    const [a, b] = [(await wrong.json()) as object, (await unknown.json()) as object]
    expect({ ...a, requestId: '' }).toEqual({ ...b, requestId: '' })
    expect(a).toMatchObject({ code: 'sign-in-failed' })
  })

  test('an email has one account, whatever its letters', async () => {
    expect(
      await codeOf(
        await attempt(server, 'sign-up/email', { name: 'X', email: 'First@Example.org', password: PASSWORD }),
      ),
    ).toBe('email-taken')
  })

  test('two sign-ups with one email at the same time make one account', async () => {
    const body = { name: 'X', email: 'twice@example.org', password: PASSWORD }
    const answers = await Promise.all([attempt(server, 'sign-up/email', body), attempt(server, 'sign-up/email', body)])
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409])
  })

  test('nobody signs up as an administrator by asking for it', async () => {
    const account = { name: 'X', email: 'sly@example.org', password: PASSWORD }
    const asked = { role: 'admin', emailVerified: true, id: '00000000-0000-7000-8000-000000000000' }
    const refused = await attempt(server, 'sign-up/email', { ...account, ...asked })
    expect(refused.status).toBe(400)
    const { fields } = (await refused.json()) as { fields: { path: string }[] }
    expect(fields.map(({ path }) => path)).toEqual(Object.keys(asked))
    expect(await (await attempt(server, 'sign-up/email', account)).json()).toMatchObject({ role: 'user' })
  })

  test('short passwords and wrong emails are refused by field', async () => {
    const response = await attempt(server, 'sign-up/email', { name: '', email: 'x', password: 'short' })
    expect(response.status).toBe(400)
    const body = (await response.json()) as { code: string; fields: { path: string }[] }
    expect(body.code).toBe('invalid-request')
    expect(body.fields.map((field) => field.path).sort()).toEqual(['email', 'name', 'password'])
  })

  test('after sign-out the session is over', async () => {
    const person = await server.signUp()
    expect((await person.json('POST', '/api/auth/sign-out')).status).toBe(200)
    expect((await person.json('GET', '/api/v1/me')).status).toBe(401)
  })

  test('a changed password ends the other sessions and needs the current one', async () => {
    const person = await server.signUp()
    const other = await attempt(server, 'sign-in/email', { email: person.email, password: PASSWORD })
    const wrong = await person.json('POST', '/api/auth/change-password', {
      currentPassword: 'nope nope nope',
      newPassword: 'another long one',
    })
    expect(wrong.body).toMatchObject({ code: 'sign-in-failed' })
    const right = await person.json('POST', '/api/auth/change-password', {
      currentPassword: PASSWORD,
      newPassword: 'another long one',
    })
    expect(right.status).toBe(200)
    person.cookie = cookiesOf(right.headers)
    expect((await person.json('GET', '/api/v1/me')).status).toBe(200)
    const otherSession = await fetch(`${server.url}/api/v1/me`, { headers: { cookie: cookiesOf(other.headers) } })
    expect(otherSession.status).toBe(401)
  })

  test('a forged or cut cookie is nobody', async () => {
    const person = await server.signUp()
    for (const cookie of [
      person.cookie.slice(0, -8),
      // Another letter than the one that stands there.
      person.cookie.replace(/=(.)/, (_all, letter: string) => (letter === 'A' ? '=B' : '=A')),
      'mp4totext.session_token=x',
      `${'a'.repeat(4000)}=1`,
    ]) {
      const response = await fetch(`${server.url}/api/v1/me`, { headers: { cookie } })
      expect(response.status).toBe(401)
    }
  })

  test('preferences are kept and merged', async () => {
    const person = await server.signUp()
    await person.json('PATCH', '/api/v1/me', { preferences: { locale: 'tr' } })
    const { body } = await person.json('PATCH', '/api/v1/me', { name: 'Başka Ad', preferences: { theme: 'dark' } })
    expect(body).toMatchObject({ name: 'Başka Ad', preferences: { locale: 'tr', theme: 'dark' } })
  })
})

describe('the first administrator', () => {
  test('many first sign-ups at the same time make exactly one', async () => {
    const server = await startTestServer({ settings: { signUp: 'invitation' } })
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        attempt(server, 'sign-up/email', { name: 'X', email: `racer${index}@example.org`, password: PASSWORD }),
      ),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 403, 403, 403, 403, 403])
    const { rows } = await server.database.pool.query('select role from users')
    expect(rows).toEqual([{ role: 'admin' }])
    await server.close()
  })
})

describe('cookies over https', () => {
  test('are marked Secure, and the page is told to stay on https', async () => {
    const server = await startTestServer({ settings: { publicUrl: 'https://texts.example.org' } })
    const response = await attempt(server, 'sign-up/email', { name: 'X', email: 'a@example.org', password: PASSWORD })
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Secure-.*; Secure/)
    expect(response.headers.get('strict-transport-security')).toContain('max-age=')
    await server.close()
  })
})

describe('guessing passwords', () => {
  test('is slowed down for the account and told with the time to wait', async () => {
    const limits = { windowMs: 60_000, maxPerAddress: 1000, maxPerAccountAndAddress: 3, maxPerAccount: 100 }
    const server = await startTestServer({ accounts: { attemptLimits: limits } })
    const person = await server.signUp()
    const guess = (password: string): Promise<Response> =>
      attempt(server, 'sign-in/email', { email: person.email, password })
    for (let count = 0; count < 3; count += 1) expect((await guess('wrong guess')).status).toBe(401)
    const refused = await guess(PASSWORD)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ code: 'too-many-requests' })
    const stranger = await attempt(server, 'sign-in/email', { email: 'other@example.org', password: 'wrong guess' })
    expect(stranger.status).toBe(401)
    await server.close()
  })

  test('parallel guesses are counted one by one', async () => {
    const limits = { windowMs: 60_000, maxPerAddress: 5, maxPerAccountAndAddress: 100, maxPerAccount: 100 }
    const server = await startTestServer({ accounts: { attemptLimits: limits } })
    const guesses = Array.from({ length: 12 }, (_, index) =>
      attempt(server, 'sign-in/email', { email: `someone${index}@example.org`, password: 'wrong guess' }),
    )
    const statuses = (await Promise.all(guesses)).map((answer) => answer.status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(7)
    await server.close()
  })
})
