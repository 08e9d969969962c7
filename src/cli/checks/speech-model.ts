/** The configured speech model: there, and able to work, shown by a second of silence. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSpeech } from '../../app/speech.ts'
import { toAppError } from '../../errors.ts'
import type { Check } from './check.ts'

/** 16 kHz, 16 bit. */
const ONE_SECOND = Buffer.alloc(32_000)

export const checkSpeechModel: Check = async ({ config, signal }) => {
  const speech = createSpeech(config)
  const directory = await mkdtemp(join(tmpdir(), 'mp4totext-doctor-'))
  try {
    const path = join(directory, 'silence.s16le')
    await writeFile(path, ONE_SECOND)
    const startedMs = performance.now()
    const engine = await speech.engine(null)
    await engine.segment(path, { signal })
    const durationMs = Math.round(performance.now() - startedMs)
    return [{ name: 'speech model', status: 'ok', message: `${engine.model} loads and works`, details: { durationMs } }]
  } catch (thrown) {
    const { message, details, entry } = toAppError(thrown)
    return [{ name: 'speech model', status: 'failed', message, advice: entry.advice, details }]
  } finally {
    await speech.close()
    await rm(directory, { recursive: true, force: true })
  }
}
