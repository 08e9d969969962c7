/** Where parts of a translation meet: a model that begins a part with what the one before it ended with. */
import { afterAll, afterEach, expect, test } from 'vitest'
import { createTestDatabase } from '../setup/database.ts'
import { createHarness, USER } from './harness.ts'
import { startLoopbackModels, transcriptIn } from './loopback-models.ts'
import { createScriptedEngine } from './scripted-engine.ts'

const database = await createTestDatabase()
const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close()
})
afterAll(() => database.close())

const WINDOWS = 12
const say = ({ index }: { index: number }): string =>
  `Fact number ${1000 + index} was told by Mister Brown. Everybody wrote the photosynthesis down at once.`
/** Of the line of this number, which is the fact before it. */
const translated = (number: number): string =>
  `${999 + number} numaralı bilgiyi Bay Brown söyledi; herkes fotosentezi yazdı.`
const numbersIn = (text: string): number[] => (text.match(/\b(?:999|10\d{2})\b/g) ?? []).map(Number)

test.each([
  ['in place of its first line', true],
  ['ahead of its first line', false],
])('a model that says the line before a part again, %s, costs no line', async (_where, instead) => {
  const models = await startLoopbackModels({
    chat(asked) {
      const numbers = transcriptIn(asked)
        .split('\n')
        .map((line) => Number(/^\[(\d+)\]/.exec(line)?.[1]))
      const [first = 0] = numbers
      // Asked alone, the line is translated as it should be.
      const isRepeated = first > 1 && numbers.length > 1
      const lines = numbers.map((number) => {
        if (number !== first || !isRepeated) return `[${number}] ${translated(number)}`
        return `[${number}] ${translated(number - 1)}${instead ? '' : ` ${translated(number)}`}`
      })
      return { text: lines.join('\n') }
    },
  })
  cleanUp.push(() => models.close())
  const engine = createScriptedEngine({ windows: WINDOWS, say })
  const harness = await createHarness(database, { engine, providerUrl: models.url })
  cleanUp.push(() => harness.close())
  await harness.startWorker()
  const { id } = await harness.create({ enhance: false, summarize: false })
  await harness.finished(id)
  const wish = { kind: 'translation', model: 'loop/tiny', targetLanguage: 'tr' } as const
  const { id: textId } = await harness.transcriptions.makeText(USER, id, wish)
  const made = (await harness.finished(id)).texts.find((text) => text.id === textId)
  expect(made?.plan?.chunks).toBeGreaterThan(1)
  expect(made).toMatchObject({ status: 'done', complete: true, missing: [], warnings: [] })
  expect(numbersIn(made?.content ?? '')).toEqual(Array.from({ length: WINDOWS }, (_, index) => 1000 + index))
  expect(made?.notes.map(({ kind }) => kind)).toContain('seam-mended')
})
