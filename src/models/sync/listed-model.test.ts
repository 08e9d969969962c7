import { expect, test } from 'vitest'
import { toCleanList, toListedRow } from './listed-model.ts'

const rowOf = (key: string) => {
  const [model] = toCleanList([{ key }]).models
  if (model === undefined) throw new Error('not listed')
  return toListedRow('ears', model, 'list')
}

test.each(['whisper-1', 'Systran/faster-whisper-small', 'openai/whisper-large-v3'])(
  '%s of a server that says no more transcribes, and is asked for times',
  (key) => expect(rowOf(key)).toMatchObject({ operations: ['transcribe'], capabilities: ['word-times'] }),
)

test('another model that transcribes is not known to give times', () => {
  expect(rowOf('voice-transcriber')).toMatchObject({ operations: ['transcribe'], capabilities: [] })
})
