import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import type { Transcription, TranscriptionText } from '../../src/http/contract/transcriptions.ts'
import { applyEvent } from './apply-event.ts'

const id = '01a202d3-d6bd-7051-bd0f-417f2cb33ffe'
const text = (status: TranscriptionText['status']) => ({ id: 'text', kind: 'enhanced', status }) as TranscriptionText
const recording = (status: TranscriptionText['status']) => ({ id, texts: [text(status)] }) as unknown as Transcription

test('an answer older than an event does not undo it', async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const answers: ((answer: Transcription) => void)[] = []
  const queryKey = ['transcription', id]
  const observer = new QueryObserver<Transcription>(client, {
    queryKey,
    queryFn: async () => await new Promise((resolve) => answers.push(resolve)),
    initialData: recording('running'),
  })
  const stop = observer.subscribe(() => undefined)
  await expect.poll(() => answers.length).toBe(1)
  applyEvent(client, { type: 'text', transcriptionId: id, text: text('done') })
  answers[0]?.(recording('running'))
  await expect.poll(() => answers.length).toBe(2)
  answers[1]?.(recording('done'))
  await expect.poll(() => client.isFetching()).toBe(0)
  expect(client.getQueryData<Transcription>(queryKey)?.texts[0]?.status).toBe('done')
  stop()
  client.clear()
})

test('nothing on its way: an event is only written down', () => {
  const client = new QueryClient()
  client.setQueryData(['transcription', id], recording('running'))
  applyEvent(client, { type: 'text', transcriptionId: id, text: text('done') })
  expect(client.getQueryData<Transcription>(['transcription', id])?.texts[0]?.status).toBe('done')
  expect(client.isFetching()).toBe(0)
  client.clear()
})
