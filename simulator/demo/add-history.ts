/**
 * A history worth looking at: a text that went well, one that another model had to answer, one that was refused, one
 * without speech, and one without AI. Models are taken from the server's own list, faults are given to some of them.
 */
import type { Simulator } from '../simulator-api.ts'
import type { DemoUser, Session } from './demo-client.ts'
import { joinSamples, silentWave } from './wave.ts'

export const demoUser: DemoUser = {
  name: 'Demo',
  email: 'demo@example.com',
  password: 'demo-demo-demo',
}

interface ModelOption {
  readonly provider: string
  readonly key: string
  readonly ref: string
  readonly operations: readonly string[]
  readonly available: boolean
  readonly basic: boolean
}

interface Demo {
  readonly address: string
  readonly simulator: Simulator
  readonly session: Session
  readonly say: (text: string) => unknown
}

interface Upload {
  readonly title: string
  readonly fileName: string
  readonly sound: Uint8Array<ArrayBuffer>
  readonly options: Readonly<Record<string, string>>
}

const storyNames = ['austen-0870', 'austen-0880', 'austen-0890', 'austen-0920', 'austen-0930']

const upload = async (session: Session, { title, fileName, sound, options }: Upload): Promise<void> => {
  const form = new FormData()
  for (const [name, value] of Object.entries({ title, ...options })) form.set(name, value)
  form.set('file', new Blob([sound], { type: 'audio/wav' }), fileName)
  await session.call('/api/v1/transcriptions', { method: 'POST', body: form })
}

/** A model of a provider that writes; providers are simulated, so any of the list answers. */
const writerOf = (models: readonly ModelOption[], provider: string): ModelOption => {
  const found = models.find((one) => one.provider === provider && one.available && one.operations.includes('chat'))
  if (found === undefined) throw new Error(`The server offers no model of ${provider}`)
  return found
}

const toUploads = async (models: readonly ModelOption[]): Promise<Upload[]> => {
  const speech = await joinSamples(['jfk'], 0.5)
  const story = await joinSamples(storyNames, 0.8)
  const basic = models.find((one) => one.basic)
  return [
    { title: 'Two minutes of silence', fileName: 'silence.wav', sound: silentWave(120), options: {} },
    {
      title: 'Toplantı notu',
      fileName: 'toplanti.wav',
      sound: await joinSamples(['tr-synthetic'], 0.5),
      options: { language: 'tr', model: writerOf(models, 'gemini').ref },
    },
    {
      title: 'Kennedy, without AI',
      fileName: 'kennedy.wav',
      sound: speech,
      options: { model: basic?.ref ?? 'auto:best' },
    },
    {
      title: 'Kennedy, refused by the provider',
      fileName: 'kennedy.wav',
      sound: speech,
      options: { model: writerOf(models, 'openai').ref },
    },
    {
      title: 'Sense and Sensibility, answered by another model',
      fileName: 'chapter-1.wav',
      sound: story,
      options: { model: writerOf(models, 'groq').ref },
    },
    {
      title: 'Sense and Sensibility, chapter 1',
      fileName: 'chapter-1.wav',
      sound: story,
      options: { model: writerOf(models, 'anthropic').ref },
    },
  ]
}

/** Faults stay while the demo runs, so that anyone can meet them again. Set at every start: the simulator forgets. */
const addFaults = (simulator: Simulator, models: readonly ModelOption[]): void => {
  simulator.addFault({ provider: 'groq', model: writerOf(models, 'groq').key, fault: 'status:503' })
  simulator.addFault({ provider: 'openai', model: writerOf(models, 'openai').key, fault: 'refusal' })
}

export const addHistory = async ({ simulator, session, say }: Demo): Promise<void> => {
  const { models } = (await session.call('/api/v1/models')) as { models: ModelOption[] }
  addFaults(simulator, models)
  const { total } = (await session.call('/api/v1/transcriptions?limit=1')) as { total: number }
  if (total > 0) return
  say('  Making the demo’s recordings …')
  for (const one of await toUploads(models)) await upload(session, one)
}
