import { afterAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/setup/database.ts'
import { AppError } from '../../errors.ts'
import { defineProvider } from '../../gateway/provider.ts'
import { createFakeClock } from '../../lib/fake-clock.ts'
import { createEncryption } from '../../lib/encryption.ts'
import { createProviderCredentials } from './credentials.ts'
import { createCredentialsStore } from './credentials.store.ts'

const database = await createTestDatabase()
afterAll(() => database.close())
beforeEach(() => database.db.deleteFrom('provider_credentials').execute())

const alpha = defineProvider({
  id: 'alpha',
  displayName: 'Alpha',
  baseUrl: 'http://127.0.0.1:9',
  needsKey: true,
  auth: () => ({}),
})
const SECRET = 'sk-very-secret-0123456789'

const open = (secrets: readonly string[], test: (secret: string) => Promise<void> = () => Promise.resolve()) =>
  createProviderCredentials({
    providers: [alpha],
    settings: [{ id: 'alpha', apiKeys: ['sk-from-settings-1234'], baseUrl: undefined }],
    store: createCredentialsStore(database.db),
    encryption: createEncryption(secrets),
    clock: createFakeClock(1_000),
    test: async (credential) => {
      await test(credential?.secret() ?? '')
      return 3
    },
  })

test('a saved key works, is sealed in the table and is shown masked', async () => {
  const credentials = await open(['master'])
  const view = await credentials.save({ provider: 'alpha', name: 'second', secret: SECRET, weight: 2 })
  expect(view.masked).toBe('sk-v…6789')
  expect(JSON.stringify(credentials.list())).not.toContain(SECRET)
  const stored = await database.db.selectFrom('provider_credentials').selectAll().executeTakeFirstOrThrow()
  expect(JSON.stringify(stored)).not.toContain('very-secret')
  const access = credentials.access('alpha')
  expect(access?.credentials.map((one) => [one.name, one.secret()])).toEqual([
    ['settings', 'sk-from-settings-1234'],
    ['second', SECRET],
  ])
})

test('a key that its provider refuses is not kept; one that cannot be tested is, with the reason', async () => {
  const refused = await open(['master'], () => Promise.reject(new AppError('credential-invalid', 'no')))
  await expect(refused.save({ provider: 'alpha', name: 'x', secret: SECRET })).rejects.toMatchObject({
    code: 'credential-invalid',
  })
  expect(refused.list().filter((one) => one.origin === 'database')).toEqual([])
  const down = await open(['master'], () => Promise.reject(new AppError('provider-unreachable', 'down')))
  expect((await down.save({ provider: 'alpha', name: 'x', secret: SECRET })).testError).toBe('down')
})

test('keys survive a change of the master key, and rotation makes the old one unnecessary', async () => {
  await (await open(['old'])).save({ provider: 'alpha', name: 'x', secret: SECRET })
  expect(await (await open(['new', 'old'])).rotate()).toBe(1)
  const after = await open(['new'])
  expect(after.access('alpha')?.credentials[1]?.secret()).toBe(SECRET)
  expect(await after.rotate()).toBe(0)
})

test('a key that is switched off or removed is no longer used', async () => {
  const credentials = await open(['master'])
  const { id } = await credentials.save({ provider: 'alpha', name: 'x', secret: SECRET })
  await credentials.change(id, { enabled: false })
  expect(credentials.access('alpha')?.credentials).toHaveLength(1)
  await credentials.remove(id)
  await expect(credentials.remove(id)).rejects.toMatchObject({ code: 'not-found' })
})

test('a server that an administrator names is reached at its address, with or without a key', async () => {
  const credentials = await open(['master'])
  await expect(credentials.save({ provider: 'shelf', name: 'x', secret: '' })).rejects.toMatchObject({
    code: 'invalid-request',
    details: { field: 'baseUrl' },
  })
  await credentials.save({ provider: 'shelf', name: 'x', secret: '', baseUrl: 'http://127.0.0.1:9/v1' })
  expect(credentials.access('shelf')).toEqual({
    baseUrl: 'http://127.0.0.1:9/v1',
    needsCredential: false,
    credentials: [],
  })
  await expect(credentials.save({ provider: 'alpha', name: 'x', secret: '' })).rejects.toMatchObject({
    details: { field: 'secret' },
  })
})

test('a test tells what it saw and keeps the reason of a failure', async () => {
  let fails = false
  const credentials = await open(['master'], () =>
    fails ? Promise.reject(new AppError('credential-invalid', 'revoked')) : Promise.resolve(),
  )
  const { id } = await credentials.save({ provider: 'alpha', name: 'x', secret: SECRET })
  expect(await credentials.test(id)).toMatchObject({ ok: true, models: 3 })
  fails = true
  expect(await credentials.test(id)).toMatchObject({ ok: false, error: { code: 'credential-invalid' } })
  expect(credentials.list().find((one) => one.id === id)?.testError).toBe('revoked')
  expect(await credentials.test('settings:alpha:1')).toMatchObject({ ok: false })
  await expect(credentials.test('nobody')).rejects.toMatchObject({ code: 'not-found' })
})

test('what another process saved or removed meanwhile is not undone by a test or a change', async () => {
  const here = await open(['master'])
  const { id } = await here.save({ provider: 'alpha', name: 'x', secret: SECRET })
  const elsewhere = await open(['master'])
  await elsewhere.save({ provider: 'alpha', name: 'x', secret: 'sk-the-new-secret-9876' })
  await here.test(id)
  await here.change(id, { weight: 5 })
  expect(here.access('alpha')?.credentials[1]?.secret()).toBe('sk-the-new-secret-9876')
  expect(here.list().find((one) => one.id === id)).toMatchObject({ weight: 5, testError: null })
  await elsewhere.remove(id)
  expect(await here.test(id)).toMatchObject({ ok: true })
  await expect(here.change(id, { enabled: false })).rejects.toMatchObject({ code: 'not-found' })
  expect((await open(['master'])).list().filter(({ origin }) => origin === 'database')).toEqual([])
})

test('a rotation does not put back a key that was replaced meanwhile', async () => {
  const { id } = await (await open(['old'])).save({ provider: 'alpha', name: 'x', secret: SECRET })
  const rotating = await open(['new', 'old'])
  await (await open(['old'])).save({ provider: 'alpha', name: 'x', secret: 'sk-the-new-secret-9876' })
  await rotating.rotate()
  expect(
    rotating
      .access('alpha')
      ?.credentials.find((one) => one.id === id)
      ?.secret(),
  ).toBe('sk-the-new-secret-9876')
})
