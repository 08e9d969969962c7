/** Very long recordings through very small models: whole, in order, nothing lost, and the end is in the summary too. */
import { afterAll, afterEach, expect, test } from 'vitest'
import { sentence, addRecording } from '../faults/catalog/add-recording.ts'
import { createTestDatabase } from '../setup/database.ts'
import { createHarness, USER } from './harness.ts'
import { LETTERS_PER_TOKEN, startLoopbackModels, transcriptIn, type AskedChat } from './loopback-models.ts'
import { createScriptedEngine } from './scripted-engine.ts'

const database = await createTestDatabase()
const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close()
})
afterAll(() => database.close())

const FIRST = 100_000
const WORDS = 200_000
const SENTENCES = Math.ceil(WORDS / sentence(FIRST).split(' ').length)
/** Ten hours and more: a sentence takes six seconds. */
const HOURS = (SENTENCES * 6) / 3600

const numbersIn = (text: string): number[] =>
  Array.from(text.matchAll(/fact number (\d+)/giu), ([, number]) => Number(number))

/** Room of a model of 2,048 tokens, as a provider counts: letters by four, and the answer that was asked for. */
const isTooLong = (asked: AskedChat): boolean =>
  asked.model === 'tiny' &&
  asked.messages.reduce((sum, { content }) => sum + content.length / LETTERS_PER_TOKEN, 0) +
    (asked.max_completion_tokens ?? asked.max_tokens ?? 0) >
    2_048

/** Echoes what it is to edit; of what it is to note, says the first and the last fact and those that somebody marked. */
const answer = (asked: AskedChat): string => {
  const text = transcriptIn(asked)
  if (!(asked.messages[0]?.content.startsWith('You summarize') ?? false)) return text
  const facts = [...new Set(numbersIn(text))]
  const wanted = [FIRST, FIRST + Math.floor(SENTENCES / 2), FIRST + SENTENCES - 1]
  const kept = facts.filter((fact) => wanted.includes(fact))
  return [...kept, ...facts.slice(0, 1)].map((fact) => `- fact number ${fact}`).join('\n')
}

test.each(['loop/tiny', 'loop/writer'])(
  '200,000 words through %s',
  async (model) => {
    let refused = 0
    const models = await startLoopbackModels({
      chat(asked) {
        if (!isTooLong(asked)) return { text: answer(asked) }
        refused += 1
        return { status: 400, error: { message: 'too long', code: 'context_length_exceeded' } }
      },
    })
    cleanUp.push(() => models.close())
    const harness = await createHarness(database, { engine: createScriptedEngine(), providerUrl: models.url })
    cleanUp.push(() => harness.close())
    const id = await addRecording(database.db, { userId: USER, sentences: SENTENCES, first: FIRST })
    await harness.startWorker()
    expect(HOURS).toBeGreaterThan(10)
    const enhanced = await harness.transcriptions.makeText(USER, id, { kind: 'enhanced', model })
    const summary = await harness.transcriptions.makeText(USER, id, { kind: 'summary', model })
    const { texts } = await harness.finished(id)
    const made = texts.find((text) => text.id === enhanced.id)
    expect(made).toMatchObject({ status: 'done', complete: true, missing: [], warnings: [], fallbackUsed: false })
    const raw = texts.find(({ kind }) => kind === 'raw')
    expect(numbersIn(made?.content ?? '')).toEqual(Array.from({ length: SENTENCES }, (_, index) => FIRST + index))
    expect(made?.content.split(/\s+/)).toEqual(raw?.content.split(/\s+/))
    const short = texts.find((text) => text.id === summary.id)
    expect(short).toMatchObject({ status: 'done', complete: true, missing: [] })
    expect(numbersIn(short?.content ?? '')).toEqual(
      expect.arrayContaining([FIRST, FIRST + Math.floor(SENTENCES / 2), FIRST + SENTENCES - 1]),
    )
    expect(short?.plan?.levels).toBeGreaterThan(1)
    // The budget holds before a call is made.
    expect(refused).toBe(0)
  },
  120_000,
)
