/** Texts that are asked for later: any kind, any model, side by side; and what happens when their models fail. */
import { afterAll, afterEach, expect, test } from 'vitest'
import type { FallbackChain } from '../../src/gateway/index.ts'
import type { Transcription } from '../../src/transcription/types.ts'
import { createTestDatabase } from '../setup/database.ts'
import { createHarness, USER, type Harness, type HarnessOptions } from './harness.ts'
import {
  startLoopbackModels,
  transcriptIn,
  type AskedChat,
  type LoopbackModels,
  type LoopbackScript,
} from './loopback-models.ts'
import { createScriptedEngine } from './scripted-engine.ts'

const database = await createTestDatabase()
const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close()
})
afterAll(() => database.close())

const say = ({ index }: { index: number }): string =>
  `Fact number ${1000 + index} was told by Mister Brown. Everybody wrote the photosynthesis down at once.`

const setUp = async (
  chat: LoopbackScript['chat'],
  options: Partial<HarnessOptions> = {},
): Promise<{ harness: Harness; models: LoopbackModels; id: string }> => {
  const models = await startLoopbackModels({ chat })
  cleanUp.push(() => models.close())
  const engine = createScriptedEngine({ windows: 12, say })
  const harness = await createHarness(database, { engine, providerUrl: models.url, ...options })
  cleanUp.push(() => harness.close())
  await harness.startWorker()
  const { id } = await harness.create({ enhance: false, summarize: false })
  await harness.finished(id)
  return { harness, models, id }
}

const numbersIn = (text: string): number[] => (text.match(/\b10\d{2}\b/g) ?? []).map(Number)
const all = Array.from({ length: 12 }, (_, index) => 1000 + index)
const textOf = ({ texts }: Transcription, id: string) => texts.find((text) => text.id === id)

/** A model that translates every line, or leaves some out. */
const translate = (asked: AskedChat, isKept: (number: number) => boolean = () => true): string =>
  transcriptIn(asked)
    .split('\n')
    .flatMap((line) => {
      const number = Number(/^\[(\d+)\]/.exec(line)?.[1])
      const facts = numbersIn(line.replace(/^\[\d+\]/, '')).join(' ')
      return isKept(number)
        ? [`[${number}] ${facts} numaralı bilgiyi Bay Brown söyledi; herkes fotosentezi yazdı.`]
        : []
    })
    .join('\n')

test('a translation has paragraphs to read and subtitles with the times of what was said', async () => {
  const { harness, models, id } = await setUp((asked) => ({ text: translate(asked) }))
  const begun = await harness.transcriptions.makeText(USER, id, {
    kind: 'translation',
    model: 'loop/tiny',
    targetLanguage: 'tr',
  })
  expect(begun).toMatchObject({ kind: 'translation', status: 'running', content: '' })
  const made = textOf(await harness.finished(id), begun.id)
  expect(made).toMatchObject({ status: 'done', complete: true, missing: [], warnings: [], model: 'tiny' })
  expect(numbersIn(made?.content ?? '')).toEqual(all)
  expect(made?.plan?.chunks).toBe(models.chats.length)
  expect(models.chats.length).toBeGreaterThan(1)
  const srt = await harness.transcriptions.export(USER, id, { text: begun.id, format: 'srt' })
  const captions = new TextDecoder().decode(srt.body)
  expect(numbersIn(captions)).toEqual(all)
  const raw = new TextDecoder().decode(
    (await harness.transcriptions.export(USER, id, { text: 'raw', format: 'srt' })).body,
  )
  const timeOf = (text: string, fact: number): string =>
    text
      .split('\n\n')
      .find((cue) => cue.includes(String(fact)))
      ?.split('\n')[1]
      ?.slice(0, 8) ?? ''
  for (const fact of [1000, 1006, 1011]) expect(timeOf(captions, fact)).toBe(timeOf(raw, fact))
  await expect(harness.transcriptions.export(USER, id, { text: begun.id, format: 'vtt' })).resolves.toBeDefined()
})

test('lines that a model left out are asked for again, and what stays untranslated is told', async () => {
  const { harness, models, id } = await setUp((asked) => ({
    text: translate(asked, (number) => number !== 3 && (number !== 5 || transcriptIn(asked).split('\n').length < 3)),
  }))
  const wish = { kind: 'translation', model: 'loop/writer', targetLanguage: 'tr' } as const
  const { id: textId } = await harness.transcriptions.makeText(USER, id, wish)
  const made = textOf(await harness.finished(id), textId)
  expect(made).toMatchObject({ status: 'done', complete: false })
  expect(made?.missing[0]).toMatch(/^1 lines? .* not translated; the first is at 0:/)
  expect(made?.warnings[0]).toMatchObject({ code: 'lines', details: { part: 1, provider: 'loop' } })
  // The line that no model translates stands there as it was said; nothing is lost.
  expect(numbersIn(made?.content ?? '')).toEqual(all)
  expect(models.chats.length).toBeGreaterThanOrEqual(2)
})

test('a translation needs a language, and not the one that is spoken', async () => {
  const { harness, id } = await setUp(() => ({ text: 'x' }))
  const make = (targetLanguage?: string) =>
    harness.transcriptions.makeText(USER, id, { kind: 'translation', model: 'loop/writer', targetLanguage })
  await expect(make()).rejects.toMatchObject({ code: 'invalid-request' })
  await expect(make('en')).rejects.toMatchObject({ code: 'invalid-request' })
})

const notes = (asked: AskedChat, time: (line: string) => string): string => {
  const lines = transcriptIn(asked).split('\n')
  return JSON.stringify({
    title: 'About facts',
    outline: lines.map((line) => ({
      time: time(line),
      heading: `Fact ${numbersIn(line)[0] ?? ''}`,
      points: ['It was told.'],
    })),
    terms: [{ term: 'Photosynthesis', definition: 'What was written down', time: time(lines[0] ?? '') }],
    questions: [{ question: 'Who told it?', answer: 'Mister Brown', time: time(lines.at(-1) ?? '') }],
  })
}
const timeOfLine = (line: string): string => /^\[([\d:]+)\]/.exec(line)?.[1] ?? ''

test('lecture notes cite times of the recording, as links', async () => {
  const { harness, id } = await setUp((asked) => ({ text: notes(asked, timeOfLine) }))
  const { id: textId } = await harness.transcriptions.makeText(USER, id, { kind: 'lecture_notes', model: 'loop/tiny' })
  const made = textOf(await harness.finished(id), textId)
  expect(made).toMatchObject({ kind: 'lecture_notes', status: 'done', complete: true, warnings: [] })
  const { items } = await harness.transcriptions.segments(USER, id, { after: -1, limit: 100 })
  const links = [...(made?.content ?? '').matchAll(/### Fact (\d+) \[[\d:]+\]\(#t=(\d+)\)/g)]
  expect(links.map(([, fact]) => Number(fact))).toEqual(all)
  for (const [, fact, second] of links) {
    expect(items.find(({ text }) => text.includes(fact ?? ''))?.startSecond).toBeCloseTo(Number(second), -0.5)
  }
  expect(made?.content.match(/\*\*Photosynthesis\*\*/g)).toHaveLength(1)
  expect(made?.content.match(/\*\*Who told it\?\*\*/g)).toHaveLength(1)
  const file = await harness.transcriptions.export(USER, id, { text: textId, format: 'txt' })
  expect(new TextDecoder().decode(file.body)).toMatch(/Fact 1000 \(0:0\d\)/)
})

test('times that a model makes up are no links: the part goes to another model, and a warning tells of what is left', async () => {
  const { harness, models, id } = await setUp((asked) => ({ text: notes(asked, () => '9:59:59') }))
  const { id: textId } = await harness.transcriptions.makeText(USER, id, {
    kind: 'lecture_notes',
    model: 'loop/writer',
  })
  const made = textOf(await harness.finished(id), textId)
  expect(made?.warnings[0]).toMatchObject({ code: 'times' })
  expect(made?.content).not.toMatch(/### Fact \d+ \[/)
  expect(new Set(models.chats.map(({ model }) => model)).size).toBe(2)
})

test('an answer that fails its check is asked of another model once, and that one is named', async () => {
  const { harness, models, id } = await setUp((asked) => ({
    text: asked.model === 'writer' ? 'I am sorry, I cannot edit this.' : transcriptIn(asked),
  }))
  const { id: textId } = await harness.transcriptions.makeText(USER, id, { kind: 'enhanced', model: 'loop/writer' })
  const made = textOf(await harness.finished(id), textId)
  expect(made).toMatchObject({
    status: 'done',
    warnings: [],
    model: 'tiny',
    fallbackUsed: true,
    originalModel: 'loop/writer',
  })
  expect(numbersIn(made?.content ?? '')).toEqual(all)
  expect(models.chats.map(({ model }) => model)).toEqual(['writer', 'tiny'])
  expect(made?.attempts).toHaveLength(2)
  expect(made?.decision?.skipped).toContainEqual(
    expect.objectContaining({ provider: 'loop', model: 'writer', kind: 'avoided' }),
  )
})

test('an answer that no model gets right is shown with a warning, never accepted in silence', async () => {
  const { harness, models, id } = await setUp(() => ({ text: 'I am sorry, I cannot edit this.' }))
  const { id: textId } = await harness.transcriptions.makeText(USER, id, { kind: 'enhanced', model: 'loop/writer' })
  const made = textOf(await harness.finished(id), textId)
  expect(made).toMatchObject({ status: 'done', content: 'I am sorry, I cannot edit this.' })
  expect(made?.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['answered', 'length', 'numbers']))
  expect(models.chats).toHaveLength(2)
})

test('a limit error of the provider re-plans with the true limit, which corrects the catalog, and keeps the model', async () => {
  const limit = 1_100
  const { harness, models, id } = await setUp((asked) => {
    const tokens = Math.ceil(JSON.stringify(asked.messages).length / 3.6)
    const output = asked.max_completion_tokens ?? asked.max_tokens ?? 0
    return tokens + output > limit
      ? {
          status: 422,
          error: {
            message: `Input validation error: \`inputs\` tokens + \`max_new_tokens\` must be <= ${limit + 1}. Given: ${tokens} \`inputs\` tokens and ${output} \`max_new_tokens\``,
          },
        }
      : { text: transcriptIn(asked) }
  })
  const wish = { kind: 'enhanced', model: 'loop/writer' } as const
  const { id: textId } = await harness.transcriptions.makeText(USER, id, wish)
  const made = textOf(await harness.finished(id), textId)
  expect(made).toMatchObject({ status: 'done', complete: true, model: 'writer', fallbackUsed: false, warnings: [] })
  expect(numbersIn(made?.content ?? '')).toEqual(all)
  expect(made?.plan).toMatchObject({ replans: 1 })
  const asked = models.chats.length
  // What was learned holds: the next plan fits at once.
  const next = await harness.transcriptions.planText(USER, id, { ...wish, enhancementMode: 'light' })
  expect(next).toMatchObject({ model: 'loop/writer', contextLength: limit + 1 })
  const again = await harness.transcriptions.makeText(USER, id, { ...wish, enhancementMode: 'light' })
  expect(textOf(await harness.finished(id), again.id)?.plan).toMatchObject({ replans: 0, chunks: next.chunks })
  expect(models.chats.length - asked).toBe(next.requests)
})

test('a limit that the provider does not name is found out, and holds for the parts that follow', async () => {
  const limit = 1_100
  let refused = 0
  const { harness, models, id } = await setUp((asked) => {
    const tokens = Math.ceil(JSON.stringify(asked.messages).length / 3.6)
    if (tokens + (asked.max_completion_tokens ?? asked.max_tokens ?? 0) <= limit) return { text: transcriptIn(asked) }
    refused += 1
    return { status: 400, error: { message: 'Please reduce the length of the messages or completion.' } }
  })
  const { id: textId } = await harness.transcriptions.makeText(USER, id, { kind: 'enhanced', model: 'loop/writer' })
  const made = textOf(await harness.finished(id), textId)
  expect(made).toMatchObject({ status: 'done', complete: true, model: 'writer', fallbackUsed: false })
  expect(numbersIn(made?.content ?? '')).toEqual(all)
  expect(refused).toBeLessThan(models.chats.length / 2)
  // What was found out is kept: the next text starts there, and nothing of it is refused.
  const next = await harness.transcriptions.planText(USER, id, {
    kind: 'enhanced',
    model: 'loop/writer',
    enhancementMode: 'light',
  })
  expect(next.contextLength).toBeGreaterThan(limit / 2)
  expect(next.contextLength).toBeLessThan(2 * limit)
  const before = refused
  const again = await harness.transcriptions.makeText(USER, id, {
    kind: 'enhanced',
    model: 'loop/writer',
    enhancementMode: 'light',
  })
  expect(textOf(await harness.finished(id), again.id)).toMatchObject({
    complete: true,
    plan: { replans: 0, chunks: next.chunks },
  })
  expect(refused).toBe(before)
})

test('when all who could take the text are down, a smaller model answers in more parts', async () => {
  const { harness, id } = await setUp((asked) =>
    asked.model === 'writer' ? { status: 503, error: { message: 'down' } } : { text: transcriptIn(asked) },
  )
  const { id: textId } = await harness.transcriptions.makeText(USER, id, { kind: 'enhanced', model: 'loop/writer' })
  const made = textOf(await harness.finished(id), textId)
  expect(made).toMatchObject({ status: 'done', complete: true, model: 'tiny', fallbackUsed: true })
  expect(numbersIn(made?.content ?? '')).toEqual(all)
})

test('several of a kind are made at once, by different models, side by side', async () => {
  const { harness, id } = await setUp((asked) => ({ text: transcriptIn(asked) }))
  const wish = { kind: 'summary', summaryVariant: 'short' } as const
  const [one, two] = await Promise.all(
    ['loop/writer', 'loop/tiny'].map((model) => harness.transcriptions.makeText(USER, id, { ...wish, model })),
  )
  const done = await harness.finished(id)
  expect(textOf(done, one?.id ?? '')).toMatchObject({ model: 'writer', options: { summaryVariant: 'short' } })
  expect(textOf(done, two?.id ?? '')).toMatchObject({ model: 'tiny' })
})

test('a template stands in place of the task, with its variables filled, and is kept as it was', async () => {
  const { harness, models, id } = await setUp((asked) => ({ text: transcriptIn(asked) }))
  const { templates } = harness.transcriptions
  await harness.transcriptions.update(USER, id, { title: 'Weekly round', speakers: { s1: 'Ayşe' } })
  const template = await templates.create(USER, {
    name: 'Minutes',
    kind: 'summary',
    prompt: 'Write minutes of “{{title}}” ({{duration}}) with {{speakers}}.',
  })
  const { id: textId } = await harness.transcriptions.makeText(USER, id, {
    kind: 'summary',
    model: 'loop/writer',
    templateId: template.id,
  })
  await templates.remove(USER, template.id)
  const made = textOf(await harness.finished(id), textId)
  expect(made).toMatchObject({ status: 'done', options: { template: { name: 'Minutes' } } })
  expect(models.chats[0]?.messages[0]?.content).toMatch(/Write minutes of “Weekly round” \(\d+ s\) with Ayşe\./)
  await expect(
    harness.transcriptions.makeText(USER, id, { kind: 'enhanced', model: 'loop/writer', templateId: template.id }),
  ).rejects.toMatchObject({ code: 'not-found' })
})

test('the built-in rules make what they can and refuse the rest before any work', async () => {
  const { harness, models, id } = await setUp(() => ({ text: 'never' }))
  const make = (more: object) =>
    harness.transcriptions.makeText(USER, id, { model: 'offline/basic', kind: 'summary', ...more } as never)
  for (const more of [
    { kind: 'lecture_notes' },
    { kind: 'translation', targetLanguage: 'tr' },
    { summaryVariant: 'action-items' },
    { customInstruction: 'Rhyme.' },
    { kind: 'enhanced', enhancementMode: 'formal' },
  ]) {
    await expect(make(more)).rejects.toMatchObject({ code: 'unsupported-capability' })
  }
  const sizes: number[] = []
  for (const summaryVariant of ['short', 'long', 'bullet-points']) {
    const { id: textId } = await make({ summaryVariant })
    const made = textOf(await harness.finished(id), textId)
    expect(made).toMatchObject({ status: 'done', provider: 'offline', warnings: [] })
    if (summaryVariant === 'bullet-points') expect(made?.content).toMatch(/^- .+\n- /)
    else sizes.push(made?.content.length ?? 0)
  }
  expect(sizes[0]).toBeLessThan(sizes[1] ?? 0)
  expect(models.chats).toHaveLength(0)
})

test('a user’s chain says who follows, and the text tells why its model', async () => {
  const asked: [string, string][] = []
  const chainFor = (userId: string, operation: string): FallbackChain => {
    asked.push([userId, operation])
    return { name: 'user', models: ['loop/nobody', 'loop/tiny'], lastResort: false }
  }
  const { harness, id } = await setUp(
    (chat) => (chat.model === 'writer' ? { status: 404, error: { message: 'gone' } } : { text: transcriptIn(chat) }),
    { chainFor },
  )
  const { id: textId } = await harness.transcriptions.makeText(USER, id, { kind: 'summary', model: 'loop/writer' })
  const made = textOf(await harness.finished(id), textId)
  expect(made).toMatchObject({ model: 'tiny', fallbackUsed: true, decision: { asked: 'loop/writer', chain: 'user' } })
  const next = { provider: 'loop', model: 'tiny', reason: 'next in the chain (user)' }
  expect(made?.decision?.targets).toContainEqual(expect.objectContaining(next))
  expect(made?.decision?.skipped).toContainEqual(expect.objectContaining({ model: 'nobody', kind: 'unknown' }))
  expect(asked).toContainEqual([USER, 'summary'])
})

test('a model that cannot be used is told before a text is begun', async () => {
  const refusal = new Error('gone')
  const asked: string[] = []
  const { harness, id } = await setUp(() => ({ text: 'x' }), {
    assertModelUsable: (model, operation) => {
      asked.push(`${model} for ${operation}`)
      return model === 'loop/tiny' ? Promise.reject(refusal) : Promise.resolve()
    },
  })
  const { transcriptions } = harness
  await expect(transcriptions.makeText(USER, id, { kind: 'summary', model: 'loop/tiny' })).rejects.toBe(refusal)
  await expect(transcriptions.runStep(USER, id, 'enhance', { model: 'loop/tiny' })).rejects.toBe(refusal)
  expect((await transcriptions.get(USER, id)).texts.map(({ kind }) => kind).sort()).toEqual(['cleaned', 'raw'])
  const source = { path: await harness.upload() }
  const options = { ...(await transcriptions.get(USER, id)).options, model: 'loop/tiny', enhance: true }
  await expect(transcriptions.create({ userId: USER, source, fileName: 'a.wav', options })).rejects.toBe(refusal)
  await expect(transcriptions.checkOptions(options)).rejects.toBe(refusal)
  await expect(transcriptions.checkOptions({ ...options, model: 'loop/writer', engine: 'loop/tiny' })).rejects.toBe(
    refusal,
  )
  expect([...new Set(asked)]).toEqual([
    'loop/tiny for summary',
    'loop/tiny for enhancement',
    'loop/tiny for transcription',
  ])
  // The local engine is nobody’s model, and texts that are not wanted need none.
  asked.length = 0
  await transcriptions.checkOptions({ ...options, engine: 'local/base', enhance: false, summarize: false })
  await transcriptions.makeText(USER, id, { kind: 'cleaned', model: 'loop/tiny' })
  expect(asked).toEqual([])
})

test('a retried step that is cancelled leaves the recording complete', async () => {
  let hold = false
  let entered = 0
  const { harness } = await setUp(async (_asked, signal) => {
    entered += 1
    if (hold) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    return { status: 500, error: { message: 'no' } }
  })
  const { id } = await harness.create({ enhance: false, model: 'loop/writer' })
  expect(await harness.finished(id)).toMatchObject({ status: 'completed', failedSteps: ['summarize'] })
  hold = true
  const before = entered
  await harness.transcriptions.retry(USER, id)
  await expect.poll(() => entered, { timeout: 10_000 }).toBeGreaterThan(before)
  const cancelled = await harness.transcriptions.cancel(USER, id)
  expect(cancelled.status).toBe('completed')
  expect(cancelled.steps.find(({ name }) => name === 'summarize')?.status).toBe('cancelled')
})
