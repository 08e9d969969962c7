/** Requests that are refused before any model is asked: who, what was asked for, why; and no model's record suffers. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAi, type Ai } from '../../src/app/ai.ts'
import { withNotedRefusals } from '../../src/app/noted-refusals.ts'
import { createUsageRoom, type UsageRoom } from '../../src/app/usage.ts'
import { loadConfig } from '../../src/config.ts'
import { AppError } from '../../src/errors.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createErrorLog } from '../../src/models/error-log/error-log.ts'
import { environmentFor } from '../models/house.ts'
import { createTestDatabase } from '../setup/database.ts'
import { useSimulator } from '../simulator/start-simulator.ts'

const running = useSimulator()
const database = await createTestDatabase()
const { db } = database

let directory: string
let usage: UsageRoom
let ai: Ai

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'usage-refusals-'))
  const config = await loadConfig({ directory, environment: { DATA_DIR: directory, ...environmentFor(running.urls) } })
  const deps = { config, db, clock: systemClock, logger: silentLogger }
  usage = await createUsageRoom({ ...deps, directory, meters: [] })
  ai = await createAi({ ...deps, usage })
})
afterAll(async () => {
  await usage.close()
  await database.close()
  await rm(directory, { recursive: true })
})

const log = () => createErrorLog({ store: usage.errors, recorder: usage.recorder, clock: systemClock })
const messages = [{ role: 'user' as const, content: 'The quarterly numbers of our company are bad.' }]
const loggedFor = async (requestId: string) => {
  await usage.recorder.flush()
  return db.selectFrom('error_log').selectAll().where('request_id', '=', requestId).execute()
}
const attemptsOf = (requestId: string) =>
  db.selectFrom('attempts').select('id').where('request_id', '=', requestId).where('outcome', '!=', 'skipped').execute()

test('an unknown model, whole and streamed', async () => {
  const userId = createId()
  const labels = { userId, operation: 'enhance', transcriptionId: createId() }
  const request = { model: 'openai/gtp-5-typo', messages }
  await expect(ai.gateway.chat(request, { labels, requestId: 'unknown' })).rejects.toMatchObject({
    code: 'model-unknown',
  })
  for await (const part of ai.gateway.stream(request, { labels, requestId: 'unknown-streamed' })) void part
  expect(await loggedFor('unknown')).toMatchObject([
    {
      provider: '',
      model: 'openai/gtp-5-typo',
      operation: 'enhance',
      code: 'model-unknown',
      blame: 'caller',
      user_id: userId,
      transcription_id: labels.transcriptionId,
      duration_ms: 0,
    },
  ])
  expect(await loggedFor('unknown-streamed')).toHaveLength(1)
  expect(await attemptsOf('unknown')).toEqual([])
})

test('a request that none of the named models can take', async () => {
  const row = ai.models.catalog.rows().find(({ operations, active }) => active && !operations.includes('chat'))
  const model = `${row?.provider ?? ''}/${row?.key ?? ''}`
  const options = { requestId: 'unable', fallbackModels: [] }
  await expect(ai.gateway.chat({ model, messages }, options)).rejects.toThrow()
  const [logged] = await loggedFor('unable')
  expect(logged).toMatchObject({ provider: '', model, code: 'unsupported-capability' })
  expect(JSON.stringify(logged)).not.toContain('quarterly numbers')
  expect(await attemptsOf('unable')).toEqual([])
})

test('a model whose provider has no key', async () => {
  const row = ai.models.catalog.rows().find(({ provider, active }) => provider === 'anthropic' && active)
  const model = `anthropic/${row?.key ?? ''}`
  const credential = ai.credentials.list().find(({ provider }) => provider === 'anthropic')
  expect(credential).toBeDefined()
  const keyless = await createAi({
    config: await loadConfig({ directory, environment: { DATA_DIR: directory } }),
    db,
    usage,
    clock: systemClock,
    logger: silentLogger,
  })
  await expect(
    keyless.gateway.chat({ model, messages }, { requestId: 'keyless', fallbackModels: [] }),
  ).rejects.toThrow()
  expect(await loggedFor('keyless')).toMatchObject([{ provider: '', model, blame: 'us' }])
  expect(await attemptsOf('keyless')).toEqual([])
})

test('a budget that is used up before the call', async () => {
  const refuse = new AppError('budget-exceeded', 'The monthly budget is used up')
  const charging = withNotedRefusals(
    {
      openFor: () => Promise.resolve(() => Promise.reject(refuse)),
      begin: () => Promise.reject(refuse),
      release: () => Promise.resolve(),
    },
    { refuse: usage.refuse, clock: systemClock },
  )
  const order = {
    userId: createId(),
    transcriptionId: createId(),
    workId: 'work-1',
    operation: 'enhance',
    model: 'openai/some',
    size: { characters: 10, seconds: null },
  }
  await expect(charging.begin(order)).rejects.toBe(refuse)
  expect(await loggedFor('work-1')).toMatchObject([
    { model: 'openai/some', code: 'budget-exceeded', blame: 'caller', user_id: order.userId, operation: 'enhance' },
  ])
})

test('none of them counts against a model, and all are found in the log', async () => {
  const { items } = await log().list({ period: '24h' }, undefined, 50)
  expect(items.map(({ code }) => code).toSorted()).toEqual(
    expect.arrayContaining(['budget-exceeded', 'model-unknown', 'model-unknown']),
  )
  const failed = await db.selectFrom('usage_rollups').select('failed').where('failed', '>', 0).execute()
  expect(failed).toEqual([])
  const { facets } = await log().causes({ period: '24h' }, 50)
  expect(facets.providers.map(({ value }) => value)).not.toContain('')
  expect(facets.models.map(({ value }) => value)).toContain('openai/gtp-5-typo')
})
