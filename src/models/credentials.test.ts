import { afterAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase } from '../../test/setup/database.ts'
import { AppError } from '../errors.ts'
import { defineProvider } from '../gateway/provider.ts'
import { createFakeClock } from '../lib/fake-clock.ts'
import { createEncryption } from '../lib/encryption.ts'
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
    test: (credential) => test(credential.secret()),
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
  await credentials.setEnabled(id, false)
  expect(credentials.access('alpha')?.credentials).toHaveLength(1)
  await credentials.remove(id)
  await expect(credentials.remove(id)).rejects.toMatchObject({ code: 'not-found' })
})
