/** `models …` on the command line, on a folder of its own with the embedded database's server of the tests. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../../src/cli/run.ts'
import { loadConfig } from '../../src/config.ts'
import { createTestDatabase } from '../setup/database.ts'
import { useSimulator } from '../simulator/start-simulator.ts'
import { environmentFor } from './house.ts'

const running = useSimulator()
const { simulator } = running
const database = await createTestDatabase()
let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'models-command-'))
})
afterAll(async () => {
  await database.close()
  await rm(directory, { recursive: true, force: true })
})

const collect = () => {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}

const models = async (...words: string[]) => {
  const [out, err] = [collect(), collect()]
  const code = await runCommand(['models', ...words], {
    terminal: { out: out.stream, err: err.stream },
    loadConfig: () =>
      loadConfig({
        directory,
        environment: { DATA_DIR: directory, DATABASE_URL: database.connectionString, ...environmentFor(running.urls) },
      }),
    signal: new AbortController().signal,
    version: '0',
  })
  return { code, out: out.text(), err: err.text() }
}

test('a dry run of one provider tells the difference and changes nothing', async () => {
  await models('sync', '--provider', 'groq')
  simulator.models.remove('groq', 'allam-2-7b')
  for (let turn = 0; turn < 2; turn += 1) {
    const { code, out } = await models('sync', '--provider', 'groq', '--dry-run')
    expect(out).toContain('groq: would change')
    expect(out).toMatch(/ {2}- allam-2-7b: Not in Groq’s list/)
    expect(code).toBe(0)
  }
})

test('a sync says what it did; one that was held or failed is told by the exit code', async () => {
  simulator.models.remove('groq', 'allam-2-7b')
  expect(await models('sync', '--provider', 'groq', '--provider', 'gemini')).toMatchObject({ code: 0 })
  expect((await models('list', '--provider', 'groq', '--search', 'allam')).out).toMatch(/groq\/allam-2-7b +off/)
  simulator.models.shrink('anthropic', 0)
  const held = await models('sync', '--provider', 'anthropic')
  expect(held).toMatchObject({ code: 1 })
  expect(held.out).toContain('HELD')
  await simulator.refuse('groq', true)
  expect(await models('sync', '--provider', 'groq')).toMatchObject({ code: 1 })
  expect((await models('sync', '--provider', 'nobody')).err).toContain('There is no provider nobody')
})

test('list, test and validate', async () => {
  const listed = JSON.parse((await models('list', '--provider', 'openai', '--status', 'active', '--json')).out) as {
    key: string
  }[]
  const active = database.db
    .selectFrom('models')
    .select('key')
    .where('provider', '=', 'openai')
    .where('active', '=', true)
  const keys = (await active.execute()).map(({ key }) => key)
  expect(keys.length).toBeGreaterThan(0)
  expect(listed.map(({ key }) => key).sort()).toEqual(keys.sort())
  const tested = await models('test', 'groq/openai/gpt-oss-20b')
  expect(tested).toMatchObject({ code: 0 })
  expect(tested.out).toMatch(/groq\/openai\/gpt-oss-20b answered: \d+ ms, \d+ tokens in/)
  // One that has no end in the calendar.
  expect(await models('validate', 'groq/openai/gpt-oss-20b')).toMatchObject({ code: 0 })
  const retired = await models('validate', 'groq/llama-3.3-70b-versatile')
  expect(retired).toMatchObject({ code: 1 })
  expect(retired.out).toContain('Retired by Groq on 2026-08-16')
  expect(retired.out).toMatch(/instead: \S+, \S+, \S+/)
  expect((await models('test', 'groq/llama-3.3')).err).toContain('The catalog has no model')
})
