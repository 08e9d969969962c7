/** Budgets of users, from their accounts and from what was refused for them, as the rules read them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createUsageRoom } from '../../src/app/usage.ts'
import { readUserBudgets } from '../../src/app/user-budgets.store.ts'
import { loadConfig } from '../../src/config.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { startTestServer } from '../http/harness.ts'

const server = await startTestServer({ credits: { enabled: true, newUserCredits: 0 } })
const { db } = server.database
const directory = await mkdtemp(join(tmpdir(), 'user-budgets-'))
const config = await loadConfig({ directory, environment: { DATA_DIR: directory } })
const usage = await createUsageRoom({ config, db, directory, meters: [], clock: systemClock, logger: silentLogger })
afterAll(async () => {
  await usage.close()
  await server.close()
  await rm(directory, { recursive: true })
})

const MICROCREDITS = 1_000_000
const admin = await server.signUp()

const withBudget = async (monthlyLimit: number | null, spent: number) => {
  const person = await server.signUp()
  const path = `/api/v1/admin/credits/accounts/${person.id}`
  await admin.json('POST', `${path}/grants`, { credits: 1_000, reason: 'To begin with' })
  await admin.json('PUT', `${path}/budget`, { monthlyLimit })
  await db
    .updateTable('credit_accounts')
    .set({ month_spent: spent * MICROCREDITS })
    .where('user_id', '=', person.id)
    .execute()
  return person
}

test('those who spent most of this month’s budget are told, with what was refused', async () => {
  await withBudget(100, 20)
  await withBudget(null, 900)
  const near = await withBudget(100, 85)
  const refused = await withBudget(100, 97)
  usage.refuse({
    requestId: 'work',
    operation: 'chat',
    labels: { userId: refused.id, operation: 'enhance' },
    asked: 'some/model',
    atMs: Date.now(),
    error: { code: 'budget-exceeded', message: 'This needs more' },
    request: {},
  })
  await usage.recorder.flush()

  const found = await readUserBudgets(db, new Date())
  const told = (user: string, spentCredits: number, isRefused: boolean) => ({
    user,
    spentCredits,
    budgetCredits: 100,
    refused: isRefused,
  })
  expect(found).toHaveLength(2)
  expect(found).toEqual(expect.arrayContaining([told(near.email, 85, false), told(refused.email, 97, true)]))
  // A new month begins with nothing spent.
  expect(await readUserBudgets(db, new Date(Date.now() + 32 * 24 * 3_600_000))).toEqual([])
})
