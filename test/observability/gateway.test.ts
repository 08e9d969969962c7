/** From a call to a provider to what administrators read: the application's own wiring, with simulated providers. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAi, type Ai } from '../../src/app/ai.ts'
import { createMetrics } from '../../src/app/metrics.ts'
import { createUsageRoom, type UsageRoom } from '../../src/app/usage.ts'
import { loadConfig } from '../../src/config.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { environmentFor } from '../models/house.ts'
import { createTestDatabase } from '../setup/database.ts'
import { useSimulator } from '../simulator/start-simulator.ts'
import { attempt } from './attempts.ts'

const running = useSimulator()
const database = await createTestDatabase()
const { db } = database
const metrics = createMetrics()

let directory: string
let usage: UsageRoom
let ai: Ai

const openRoom = async (): Promise<{ usage: UsageRoom; ai: Ai }> => {
  const config = await loadConfig({ directory, environment: { DATA_DIR: directory, ...environmentFor(running.urls) } })
  const deps = { config, db, clock: systemClock, logger: silentLogger }
  const room = await createUsageRoom({ ...deps, directory, meters: [metrics.meter] })
  return { usage: room, ai: await createAi({ ...deps, usage: room }) }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'usage-gateway-'))
  ;({ usage, ai } = await openRoom())
})
afterAll(async () => {
  await usage.close()
  await database.close()
  await rm(directory, { recursive: true })
})

const chatRow = () => {
  const row = ai.models.catalog
    .rows()
    .find(({ provider, operations, active }) => provider === 'openai' && active && operations.includes('chat'))
  if (row === undefined) throw new Error('The seed has no such model')
  return row
}

test('an answer, streamed and whole, and a failure: each has its record, its cost, and its place in metrics', async () => {
  const { provider, key } = chatRow()
  const transcriptionId = createId()
  const labels = { userId: createId(), operation: 'enhance', transcriptionId }
  const request = {
    model: `${provider}/${key}`,
    messages: [{ role: 'user' as const, content: 'Please improve this sentence.' }],
  }
  const answer = await ai.gateway.chat(request, { labels, requestId: 'whole' })
  for await (const part of ai.gateway.stream(request, { labels, requestId: 'streamed' })) void part
  running.simulator.addFault({ provider: 'openai', fault: 'server-error', times: 20 })
  await ai.gateway.chat(request, { labels, requestId: 'failed', fallbackModels: [] }).catch(() => {})
  await usage.recorder.flush()

  const rows = await db.selectFrom('attempts').selectAll().where('transcription_id', '=', transcriptionId).execute()
  const whole = rows.find(({ request_id }) => request_id === 'whole')
  expect(whole).toMatchObject({
    provider,
    model: key,
    operation: 'enhance',
    outcome: 'answered',
    user_id: labels.userId,
    input_tokens: answer.usage.inputTokens,
    output_tokens: answer.usage.outputTokens,
    cost_microcents: answer.costMicrocents,
  })
  const streamed = rows.find(({ request_id }) => request_id === 'streamed')
  expect(streamed?.first_token_ms).not.toBeNull()
  expect(streamed?.outcome).toBe('answered')
  const failed = rows.filter(({ request_id }) => request_id === 'failed')
  expect(failed.length).toBeGreaterThan(0)
  const logged = await db.selectFrom('error_log').selectAll().where('request_id', '=', 'failed').execute()
  expect(logged).toHaveLength(failed.filter(({ outcome }) => outcome === 'failed').length)
  expect(JSON.stringify(logged)).not.toContain('improve this sentence')
  const told = await metrics.text({
    breakers: [],
    queue: [],
    recorder: usage.recorder.counts(),
    credits: { balance: 0, held: 0, spent: 0 },
  })
  expect(told).toMatch(
    /mp4totext_ai_attempts_total\{provider="openai",model="[^"]+",operation="enhance",outcome="answered"\} 2/,
  )
  expect(told).toContain('mp4totext_ai_cost_usd_total')
})

test('after a restart the new process knows how models did', async () => {
  const row = chatRow()
  const before = ai.gateway.insight.statistics.health(row)
  expect(before.requests).toBeGreaterThan(0)
  const again = await openRoom()
  const health = again.ai.gateway.insight.statistics.health(row)
  expect(health.requests).toBe(before.requests)
  expect(health.errorRate).toBeCloseTo(before.errorRate)
  expect(again.usage.statistics.of(row.provider, row.key).day?.tokensPerRequest).toBeGreaterThan(0)
  await again.usage.close()
})

test('calls that only test a model are recorded as such', async () => {
  const { provider, key } = chatRow()
  usage.probeMeter.record(attempt({ provider, model: key, labels: {} }))
  await usage.recorder.flush()
  const probes = await db.selectFrom('attempts').select('id').where('operation', '=', 'probe').execute()
  expect(probes).toHaveLength(1)
})
