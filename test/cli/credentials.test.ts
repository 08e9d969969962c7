/** `credentials …` on the command line, on a real database. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from '../../src/cli/run.ts'
import { loadConfig } from '../../src/config.ts'
import { createEncryption } from '../../src/lib/encryption.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { builtInProviders } from '../../src/gateway/providers/index.ts'
import { createProviderCredentials } from '../../src/models/credentials/credentials.ts'
import { createCredentialsStore } from '../../src/models/credentials/credentials.store.ts'
import { createTestDatabase } from '../setup/database.ts'

const database = await createTestDatabase()
const directory = await mkdtemp(join(tmpdir(), 'credentials-command-'))
afterAll(async () => {
  await database.close()
  await rm(directory, { recursive: true, force: true })
})

const [former, newer] = ['former-master-key-'.repeat(3), 'newer-master-key-'.repeat(3)]
const secret = 'sk-a-secret-that-stays-0123456789'

const credentials = async (environment: Record<string, string>, ...words: string[]) => {
  let text = ''
  const collect = () =>
    new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk)
        done()
      },
    })
  const code = await runCommand(['credentials', ...words], {
    terminal: { out: collect(), err: collect() },
    loadConfig: () =>
      loadConfig({
        directory,
        environment: { DATA_DIR: directory, DATABASE_URL: database.connectionString, ...environment },
      }),
    signal: new AbortController().signal,
    version: '0',
  })
  return { code, text }
}

const open = (secrets: readonly string[]) =>
  createProviderCredentials({
    providers: builtInProviders,
    settings: [],
    store: createCredentialsStore(database.db),
    encryption: createEncryption(secrets),
    clock: systemClock,
    test: () => Promise.resolve(1),
  })

test('after a rotation the former master key is no longer needed, and no secret is shown', async () => {
  await (await open([former])).save({ provider: 'openai', name: 'kept', secret })
  const both = { ENCRYPTION_KEY: newer, ENCRYPTION_KEY_PREVIOUS: former }
  expect(await credentials(both, 'rotate')).toMatchObject({
    code: 0,
    text: expect.stringContaining('1 keys') as string,
  })
  expect(await credentials(both, 'rotate')).toMatchObject({
    code: 0,
    text: expect.stringContaining('0 keys') as string,
  })
  const after = await open([newer])
  expect(after.access('openai')?.credentials.map((one) => one.secret())).toEqual([secret])
  const listed = await credentials({ ENCRYPTION_KEY: newer }, 'list', '--json')
  expect(listed.text).toContain('"kept"')
  expect(listed.text).not.toContain(secret)
})
