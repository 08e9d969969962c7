/** `credits …` on the command line, on a real database. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../../src/cli/run.ts'
import { loadConfig } from '../../src/config.ts'
import { createTestDatabase } from '../setup/database.ts'

const database = await createTestDatabase()
const directory = await mkdtemp(join(tmpdir(), 'credits-command-'))
afterAll(async () => {
  await database.close()
  await rm(directory, { recursive: true, force: true })
})
beforeAll(async () => {
  const now = new Date()
  await database.db
    .insertInto('users')
    .values({ id: crypto.randomUUID(), name: 'Ada', email: 'ada@example.org', created_at: now, updated_at: now })
    .execute()
})

const credits = async (...words: string[]) => {
  let [out, err] = ['', '']
  const into = (keep: (text: string) => void) =>
    new Writable({
      write(chunk, _encoding, done) {
        keep(String(chunk))
        done()
      },
    })
  const code = await runCommand(['credits', ...words], {
    terminal: { out: into((text) => (out += text)), err: into((text) => (err += text)) },
    loadConfig: () =>
      loadConfig({
        directory,
        environment: { DATA_DIR: directory, DATABASE_URL: database.connectionString, NEW_USER_CREDITS: '100' },
      }),
    signal: new AbortController().signal,
    version: '0',
  })
  return { code, out, err }
}

test('an administrator at a terminal grants, takes back, sets a budget and reads it all', async () => {
  expect((await credits('grant', 'ADA@example.org', '50', '--reason', 'term')).err).toContain('150 credits')
  expect((await credits('grant', 'ada@example.org', '-r', 'too many', '--', '-20')).code).toBe(0)
  expect((await credits('budget', 'ada@example.org', '75')).err).toContain('75 credits a month')
  const table = (await credits('balance')).out
  expect(table).toMatch(/^user +available +reserved +this month +limit/)
  expect(table).toMatch(/ada@example\.org +130 +0 +0 +75/)
  const json = JSON.parse((await credits('balance', 'ada@example.org', '--json')).out) as { credits: object }[]
  expect(json).toMatchObject([{ credits: { balance: 130, month: { limit: 75 } } }])
  const lines = (await credits('history', 'ada@example.org', '--csv')).out.trim().split('\r\n')
  expect(lines).toHaveLength(4)
  expect(lines[1]).toContain('adjust')
  expect((await credits('history', 'ada@example.org', '--kind', 'grant')).out).toContain('term')
  expect((await credits('budget', 'ada@example.org', 'none')).err).toContain('no monthly limit')
})

test.each([
  [['grant', 'nobody@example.org', '5', '--reason', 'x'], 1, 'Nobody has the address nobody@example.org'],
  [['grant', 'ada@example.org', '0', '--reason', 'x'], 2, 'Give a number that is not 0'],
  [['grant', 'ada@example.org', '5'], 2, '--reason'],
  [['grant', 'ada@example.org', '-r', 'x', '--', '-100000'], 1, 'credits'],
  [['budget', 'ada@example.org', 'much'], 2, 'Give credits a month, or none'],
])('%j is refused with what to do', async (words, code, message) => {
  const told = await credits(...words)
  expect(told.code).toBe(code)
  expect(told.err).toContain(message)
})
