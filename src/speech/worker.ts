/**
 * The engine's child process: takes calls over the channel, one at a time, and answers. It ends with its parent.
 *
 * Started by child-engine.ts with `fork`; not to be imported.
 */
import { setPriority } from 'node:os'
import { toAppError } from '../errors.ts'
import type { SpeechEngine } from './engine.ts'
import type { EngineCall, FromChild, PlainError, ToChild } from './protocol.ts'
import { createWhisperEngine } from './whisper/whisper-engine.ts'

const send = (message: FromChild): void => {
  if (process.connected) process.send?.(message)
}

const plainError = (thrown: unknown): PlainError => {
  const { code, message, details } = toAppError(thrown)
  return { code, message, details: JSON.parse(JSON.stringify(details)) as PlainError['details'] }
}

const running = new Map<number, AbortController>()
let loading: Promise<SpeechEngine> | undefined

const load = async (message: Extract<ToChild, { type: 'load' }>): Promise<SpeechEngine> => {
  // A server that shares the cores stays quick; where the system forbids it, nothing is lost.
  try {
    setPriority(message.niceness)
  } catch {}
  return await createWhisperEngine(message.options)
}

const perform = async (engine: SpeechEngine, id: number, call: EngineCall, signal: AbortSignal): Promise<FromChild> => {
  switch (call.kind) {
    case 'segment': {
      const onProgress = (secondsDone: number, ofSeconds: number): void =>
        send({ type: 'progress', id, secondsDone, ofSeconds })
      return { type: 'done', id, value: await engine.segment(call.audioPath, { signal, onProgress }) }
    }
    case 'detect-language':
      return { type: 'done', id, value: await engine.detectLanguage(call.audioPath, call.windows, { signal }) }
    case 'recognize':
      for await (const result of engine.recognize(call.audioPath, call.windows, { ...call.options, signal })) {
        send({ type: 'window', id, result })
      }
      return { type: 'done', id, value: undefined }
  }
}

const answer = async (id: number, call: EngineCall): Promise<void> => {
  const controller = new AbortController()
  running.set(id, controller)
  try {
    if (loading === undefined) throw new Error('A call came before the model was loaded')
    send(await perform(await loading, id, call, controller.signal))
  } catch (thrown) {
    send({ type: 'failed', id, error: plainError(thrown) })
  } finally {
    running.delete(id)
  }
}

process.on('message', (message: ToChild) => {
  switch (message.type) {
    case 'load':
      loading = load(message)
      loading.then(
        () => send({ type: 'ready' }),
        (thrown: unknown) => send({ type: 'load-failed', error: plainError(thrown) }),
      )
      break
    case 'call':
      void answer(message.id, message.call)
      break
    case 'cancel':
      running.get(message.id)?.abort()
      break
  }
})

// The parent is gone. Not `exit`: its cleaning up trips over threads that are still computing.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
