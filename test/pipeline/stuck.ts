/** A pipeline that stands still in one step, for tests of what can be done then. */
import { expect } from 'vitest'
import type { OpenedDatabase } from '../../src/db/open.ts'
import type { StepName } from '../../src/transcription/types.ts'
import { createHarness } from './harness.ts'
import { startLoopbackModels } from './loopback-models.ts'
import { createScriptedEngine, untilStopped } from './scripted-engine.ts'

/** Patient, since the machine may be busy; what is fast is measured elsewhere. */
export const soon = <Value>(read: () => Value | Promise<Value>) => expect.poll(read, { timeout: 15_000 })

/** Everything waits until it is stopped, in the one step that the test is about. */
export const stuckIn = async (database: OpenedDatabase, step: StepName) => {
  const entered: string[] = []
  const stopped: string[] = []
  let passes = false
  const wait = async (signal: AbortSignal): Promise<void> => {
    if (passes) return
    entered.push(step)
    try {
      await untilStopped(signal)
    } finally {
      stopped.push(step)
    }
  }
  const models = await startLoopbackModels({
    async chat(asked, signal) {
      const summary = asked.messages[0]?.content.startsWith('You summarize') ?? false
      if ((step === 'enhance' && !summary) || (step === 'summarize' && summary)) await wait(signal).catch(() => {})
      return { text: 'Fine.' }
    },
  })
  const engine = createScriptedEngine({
    beforeSegment: (signal) => (step === 'segments' ? wait(signal) : Promise.resolve()),
    before: ({ index }, signal) => (step === 'recognize' && index === 1 ? wait(signal) : Promise.resolve()),
  })
  const harness = await createHarness(database, {
    engine,
    providerUrl: models.url,
    media: (tools) => ({
      ...tools,
      decode: async (path, workPath, options) => {
        if (step === 'audio') await wait(options.signal)
        return tools.decode(path, workPath, options)
      },
    }),
  })
  await harness.startWorker()
  const close = () => harness.close().then(() => models.close())
  const letPass = (): void => void (passes = true)
  return { ...harness, engine, models, entered, stopped, letPass, [Symbol.asyncDispose]: close }
}
