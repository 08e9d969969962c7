/** What recordings cost: through the real pipeline, queue, gateway and ledger, with a provider on the loopback. */
import { afterAll, afterEach, expect, test } from 'vitest'
import { createCredits, type Credits } from '../../src/credits/credits.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import type { Transcription } from '../../src/transcription/types.ts'
import { createHarness, type Harness, type HarnessOptions } from '../pipeline/harness.ts'
import { startLoopbackModels, transcriptIn, type LoopbackScript } from '../pipeline/loopback-models.ts'
import { createScriptedEngine } from '../pipeline/scripted-engine.ts'
import { createTestDatabase } from '../setup/database.ts'

const database = await createTestDatabase()
const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close()
})
afterAll(() => database.close())

const multipliers: Readonly<Record<string, number>> = { writer: 3, tiny: 1, hearer: 1, basic: 0 }
const BEGIN = 1_000

const openCredits = (newUserCredits = BEGIN): Credits =>
  createCredits({
    db: database.db,
    clock: systemClock,
    newId: createId,
    logger: silentLogger,
    settings: { enabled: true, newUserCredits },
    modelOf: (name) => {
      const [provider = '', model = ''] = name.split('/')
      return { provider, model, multiplier: multipliers[model] ?? 1 }
    },
    isOwn: (provider) => provider === 'local' || provider === 'offline',
  })

const say = ({ index }: { index: number }): string =>
  Array.from(
    { length: 5 },
    (_, at) => `Fact number ${index * 5 + at + 1000} was told by Mister Brown at the table.`,
  ).join(' ')

type Media = NonNullable<HarnessOptions['media']>

interface Stage {
  readonly harness: Harness
  readonly credits: Credits
  readonly userId: string
  /** How often the provider was asked. */
  asked(): number
}

interface StageOptions {
  windows?: number
  newUserCredits?: number
  media?: Media
  charging?: (real: NonNullable<HarnessOptions['charging']>) => NonNullable<HarnessOptions['charging']>
}

const setUp = async (
  script: Partial<LoopbackScript>,
  { windows = 40, newUserCredits = BEGIN, charging = (real) => real, ...rest }: StageOptions = {},
): Promise<Stage> => {
  const models = await startLoopbackModels(script)
  cleanUp.push(() => models.close())
  const credits = openCredits(newUserCredits)
  const harness = await createHarness(database, {
    engine: createScriptedEngine({ windows, say }),
    providerUrl: models.url,
    ...(credits.charging !== undefined && { charging: charging(credits.charging) }),
    ...rest,
  })
  cleanUp.push(() => harness.close())
  await harness.startWorker()
  return { harness, credits, userId: createId(), asked: () => models.chats.length + models.audios.length }
}

const echo: LoopbackScript['chat'] = (asked) => ({ text: transcriptIn(asked) })
const textOf = ({ texts }: Transcription, kind: string) => {
  const text = texts.find((one) => one.kind === kind)
  if (text === undefined) throw new Error(`There is no ${kind} text`)
  return text
}
const run = async ({ harness, userId }: Stage, options: object): Promise<Transcription> => {
  const { id } = await harness.create({ enhance: false, summarize: false, ...options }, { userId })
  return harness.finished(id, userId)
}
const expectUntouched = async ({ credits, userId }: Stage, begin = BEGIN): Promise<void> => {
  expect(await credits.balance(userId)).toMatchObject({ balance: begin, held: 0 })
  expect((await credits.ledger.audit(userId)).equal).toBe(true)
}
const charactersOf = (done: Transcription): number => textOf(done, 'cleaned').content.length

test('each text is charged by its size and its model, the charge stands with it, and the account is the sum', async () => {
  const stage = await setUp({ chat: echo })
  const done = await run(stage, { model: 'loop/writer', enhance: true, summarize: true })
  const thousands = charactersOf(done) / 1000
  const enhanced = textOf(done, 'enhanced')
  expect(enhanced.charge).toMatchObject({ operation: 'enhancement', partsMissing: 0 })
  expect(enhanced.charge?.credits).toBeCloseTo(thousands * 3, 4)
  expect(enhanced.charge?.heldCredits).toBeCloseTo(thousands * 3, 4)
  expect(enhanced.charge?.lines).toMatchObject([{ provider: 'loop', model: 'writer', baseCredits: 1, multiplier: 3 }])
  expect(enhanced.charge?.lines[0]?.quantity).toBeCloseTo(thousands, 4)
  expect(textOf(done, 'summary').charge?.credits).toBeCloseTo(thousands * 0.5 * 3, 4)
  expect(enhanced.charge?.costMicrocents).toBe(enhanced.costMicrocents)
  const { credits, userId } = stage
  const spent = (enhanced.charge?.credits ?? 0) + (textOf(done, 'summary').charge?.credits ?? 0)
  const balance = await credits.balance(userId)
  expect(balance.held).toBe(0)
  expect(balance.balance).toBeCloseTo(BEGIN - spent, 6)
  expect(balance.month.spent).toBeCloseTo(spent, 6)
  expect((await credits.ledger.audit(userId)).equal).toBe(true)
  expect((await credits.spend({ userId })).total.credits).toBeCloseTo(spent, 6)
  // What this server does by itself costs nothing and says so by having no charge.
  expect(textOf(done, 'raw').charge).toBeNull()
  expect(textOf(done, 'cleaned').charge).toBeNull()
})

test('the built-in model costs nothing', async () => {
  const stage = await setUp({ chat: echo })
  const done = await run(stage, { model: 'offline/basic', enhance: true })
  expect(textOf(done, 'enhanced')).toMatchObject({ status: 'done', charge: null })
  await expectUntouched(stage)
})

test.each<[string, LoopbackScript['chat']]>([
  ['an error', () => ({ status: 400, error: { message: 'no' } })],
  ['an empty answer', () => ({ text: ' \n' })],
  ['a truncated answer', (asked) => ({ text: transcriptIn(asked).slice(0, 20), finish: 'length' })],
  ['a refused text', () => ({ text: '', finish: 'content_filter' })],
])('%s costs nothing', { timeout: 60_000 }, async (_, chat) => {
  const stage = await setUp({ chat }, { windows: 2 })
  const done = await run(stage, { model: 'loop/writer', enhance: true, summarize: true })
  expect(done.status).toBe('completed')
  expect(textOf(done, 'enhanced')).toMatchObject({ status: 'failed', charge: null })
  expect(stage.asked()).toBeGreaterThan(0)
  await expectUntouched(stage)
})

test('a cancelled text costs nothing, and nothing of it stays reserved', async () => {
  const begun = Promise.withResolvers<undefined>()
  const stage = await setUp({
    chat: async (_, signal) => {
      begun.resolve(undefined)
      await systemClock.sleep(60_000, signal).catch(() => {})
      return { text: 'too late' }
    },
  })
  const { harness, credits, userId } = stage
  const { id } = await harness.create({ model: 'loop/writer', enhance: true, summarize: false }, { userId })
  await begun.promise
  expect((await credits.balance(userId)).held).toBeGreaterThan(0)
  await harness.transcriptions.cancel(userId, id)
  await expectUntouched(stage)
  await harness.finished(id, userId)
  await expectUntouched(stage)
})

test('a recording that is deleted while it is worked on gives everything back', async () => {
  const begun = Promise.withResolvers<undefined>()
  const stage = await setUp({
    chat: async (_, signal) => {
      begun.resolve(undefined)
      await systemClock.sleep(60_000, signal).catch(() => {})
      return { text: 'too late' }
    },
  })
  const { harness, userId } = stage
  const { id } = await harness.create({ model: 'loop/writer', enhance: true, summarize: false }, { userId })
  await begun.promise
  await harness.transcriptions.remove(userId, id)
  await expectUntouched(stage)
})

test('a part that failed costs nothing and is counted; a retry pays for that part only', async () => {
  let broken = true
  const stage = await setUp({
    chat: (asked) => (broken && transcriptIn(asked).includes('1100') ? { text: '' } : { text: transcriptIn(asked) }),
  })
  const { harness, credits, userId } = stage
  const before = await run(stage, { model: 'loop/tiny', enhance: true })
  const partly = textOf(before, 'enhanced').charge
  const whole = charactersOf(before) / 1000
  expect(partly).toMatchObject({ partsMissing: 1 })
  expect(partly?.credits).toBeLessThan(whole)
  expect(partly?.credits).toBeGreaterThan(whole / 2)
  expect(partly?.heldCredits).toBeCloseTo(whole, 4)
  broken = false
  await harness.transcriptions.retry(userId, before.id)
  const after = textOf(await harness.finished(before.id, userId), 'enhanced').charge
  expect(after).toMatchObject({ partsMissing: 0 })
  expect(after?.credits).toBeCloseTo(whole, 3)
  expect((await credits.balance(userId)).balance).toBeCloseTo(BEGIN - (after?.credits ?? 0), 6)
  expect((await credits.ledger.audit(userId)).equal).toBe(true)
})

test('when a dearer model answers, no more is taken than was shown', async () => {
  const stage = await setUp(
    {
      chat: (asked) =>
        asked.model === 'tiny'
          ? { status: 404, error: { message: 'no such model' } }
          : echo(asked, new AbortController().signal),
    },
    { windows: 2 },
  )
  const done = await run(stage, { model: 'loop/tiny', enhance: true })
  const enhanced = textOf(done, 'enhanced')
  expect(enhanced).toMatchObject({ status: 'done', model: 'writer', fallbackUsed: true })
  expect(enhanced.charge?.credits).toBeCloseTo(charactersOf(done) / 1000, 4)
  expect(enhanced.charge?.lines).toMatchObject([{ model: 'writer', multiplier: 3, capped: true }])
})

test('who has too little is told before anybody is asked; the recording is complete all the same', async () => {
  const stage = await setUp({ chat: echo }, { newUserCredits: 1 })
  const done = await run(stage, { model: 'loop/writer', enhance: true })
  expect(done).toMatchObject({ status: 'completed', failedSteps: ['enhance'] })
  expect(textOf(done, 'enhanced').error).toMatchObject({ code: 'insufficient-credits' })
  expect(stage.asked()).toBe(0)
  await expectUntouched(stage, 1)
  const { credits, harness, userId } = stage
  await credits.grant(userId, { credits: 100, reason: 'more', madeBy: 'admin' })
  await harness.transcriptions.retry(userId, done.id)
  expect(textOf(await harness.finished(done.id, userId), 'enhanced')).toMatchObject({ status: 'done', error: null })
})

test('a full budget stops before the call', async () => {
  const stage = await setUp({ chat: echo })
  await stage.credits.setMonthlyLimit(stage.userId, 1)
  const done = await run(stage, { model: 'loop/writer', enhance: true })
  expect(textOf(done, 'enhanced').error).toMatchObject({ code: 'budget-exceeded' })
  expect(stage.asked()).toBe(0)
  await expectUntouched(stage)
})

const heard = {
  text: 'Ask not.',
  language: 'english',
  duration: 10,
  segments: [{ id: 0, start: 1, end: 3, text: 'Ask not.' }],
}

test('a provider that hears is paid by the minute of sound that it got', async () => {
  const stage = await setUp({ transcribe: () => heard }, { windows: 3 })
  const done = await run(stage, { engine: 'loop/hearer', language: 'en' })
  const { charge } = textOf(done, 'raw')
  expect(charge).toMatchObject({ operation: 'transcription', partsMissing: 0 })
  expect(charge?.lines).toMatchObject([{ provider: 'loop', model: 'hearer', unit: 'minute', baseCredits: 1 }])
  expect(charge?.credits).toBeCloseTo(charge?.lines[0]?.quantity ?? 0, 5)
  expect(charge?.credits).toBeGreaterThan(0.4)
  expect(charge?.credits).toBeLessThanOrEqual(0.5)
  expect((await stage.credits.balance(stage.userId)).balance).toBeCloseTo(BEGIN - (charge?.credits ?? 0), 6)
})

test.each<[string, (nth: number) => unknown]>([
  ['words that nobody found cost', () => ({ text: '' })],
  [
    'a recognition that failed costs',
    () => {
      throw new Error('the provider is broken')
    },
  ],
])('%s nothing', { timeout: 60_000 }, async (_, transcribe) => {
  const stage = await setUp({ transcribe: (_asked, nth) => transcribe(nth) }, { windows: 3 })
  await run(stage, { engine: 'loop/hearer', language: 'en' })
  await expectUntouched(stage)
})

/** A quarter of an hour and more of sound, so that it goes out in several pieces. */
const long: Media = (tools) => ({
  ...tools,
  encode: () => Promise.resolve({ bytes: new Uint8Array(64), fileName: 'a.ogg', mediaType: 'audio/ogg' }),
})

test('of a recognition that is cancelled, the stretches that are on the page are paid; a retry pays for the rest', async () => {
  let rest: 'waits' | 'comes' = 'waits'
  const stage = await setUp(
    {
      transcribe: async (_asked, nth) => {
        if (nth > 0 && rest === 'waits') await new Promise(() => {})
        return heard
      },
    },
    { windows: 130, media: long },
  )
  const { harness, credits, userId } = stage
  const { id } = await harness.create(
    { engine: 'loop/hearer', language: 'en', enhance: false, summarize: false },
    { userId },
  )
  await expect.poll(async () => (await credits.balance(userId)).balance, { timeout: 15_000 }).toBeLessThan(BEGIN)
  await harness.transcriptions.cancel(userId, id)
  await harness.finished(id, userId)
  const after = await credits.balance(userId)
  expect(after.held).toBe(0)
  const { items } = await credits.entries({ userId, kind: 'capture' }, { limit: 10 })
  expect(items).toHaveLength(1)
  rest = 'comes'
  await harness.transcriptions.retry(userId, id)
  const done = await harness.finished(id, userId)
  const { charge } = textOf(done, 'raw')
  expect(charge?.partsCharged).toBeGreaterThan(2)
  expect(charge?.credits).toBeGreaterThan(BEGIN - after.balance)
  expect((await credits.balance(userId)).balance).toBeCloseTo(BEGIN - (charge?.credits ?? 0), 6)
  expect((await credits.ledger.audit(userId)).equal).toBe(true)
})

test('an order that cannot be paid is refused when it is given: nothing is stored and nobody is asked', async () => {
  const stage = await setUp({ chat: echo }, { newUserCredits: 1 })
  const { harness, userId } = stage
  const done = await run(stage, { model: 'loop/writer' })
  const before = done.texts.map(({ id }) => id)
  const order = { kind: 'summary', model: 'loop/writer' } as const
  await expect(harness.transcriptions.makeText(userId, done.id, order)).rejects.toMatchObject({
    code: 'insufficient-credits',
  })
  await expect(
    harness.transcriptions.runStep(userId, done.id, 'enhance', { model: 'loop/writer' }),
  ).rejects.toMatchObject({ code: 'insufficient-credits' })
  expect((await harness.finished(done.id, userId)).texts.map(({ id }) => id)).toEqual(before)
  expect(stage.asked()).toBe(0)
  await expectUntouched(stage, 1)
})

test('of orders that come at once, as many are taken as the budget allows; the others leave nothing', async () => {
  const stage = await setUp({ chat: echo })
  const { harness, credits, userId } = stage
  const done = await run(stage, { model: 'loop/tiny' })
  const each = charactersOf(done) / 1000
  await credits.setMonthlyLimit(userId, each * 2.5)
  const modes = ['standard', 'light', 'formal', 'custom'] as const
  const ordered = await Promise.allSettled(
    modes.map((enhancementMode) =>
      harness.transcriptions.makeText(userId, done.id, {
        kind: 'enhanced',
        model: 'loop/tiny',
        enhancementMode,
        customInstruction: 'Keep it as it is',
      }),
    ),
  )
  const refused = ordered.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(['budget-exceeded', 'budget-exceeded'])
  const { texts } = await harness.finished(done.id, userId)
  const made = texts.filter(({ kind }) => kind === 'enhanced')
  expect(made.map(({ status }) => status)).toEqual(['done', 'done'])
  const balance = await credits.balance(userId)
  expect(balance.held).toBe(0)
  expect(balance.month.spent).toBeCloseTo(each * 2, 4)
  expect((await credits.ledger.audit(userId)).equal).toBe(true)
})

test('work that is stopped in the moment before it reserves leaves nothing reserved', async () => {
  const reserving = Promise.withResolvers<undefined>()
  const stopped = Promise.withResolvers<undefined>()
  const stage = await setUp(
    { chat: echo },
    {
      charging: (charging) => ({
        ...charging,
        async begin(order) {
          reserving.resolve(undefined)
          await stopped.promise
          return charging.begin(order)
        },
      }),
    },
  )
  const { harness, userId } = stage
  const { id } = await harness.create({ model: 'loop/writer', enhance: true, summarize: false }, { userId })
  await reserving.promise
  await harness.transcriptions.cancel(userId, id)
  stopped.resolve(undefined)
  await harness.close()
  await expectUntouched(stage)
})
