import { expect, test } from 'vitest'
import type { Transcription, TranscriptionText } from '../../../src/http/contract/transcriptions.ts'
import { failureOfKind, stateOfKind } from './state-of-kind.ts'

type Step = Transcription['steps'][number]

const error = {
  code: 'provider-error',
  title: '',
  message: 'boom',
  advice: '',
  provider: 'p',
  model: 'm',
  details: {},
  suggestions: [],
}
const step = (status: Step['status'], failed = false): Step => ({
  name: 'enhance',
  status,
  startedAt: null,
  finishedAt: null,
  attempts: 1,
  error: failed ? error : null,
})
const text = (status: TranscriptionText['status'], createdAt: string): TranscriptionText => ({
  id: createdAt,
  kind: 'enhanced',
  status,
  content: '',
  complete: true,
  missing: [],
  provider: null,
  model: null,
  originalModel: null,
  fallbackUsed: false,
  notes: [],
  attempts: [],
  options: {},
  durationMs: null,
  costMicrocents: null,
  charge: null,
  error: status === 'failed' ? error : null,
  revision: 0,
  edited: false,
  createdAt,
})

test.each([
  ['asked for and not begun', 'running', [step('pending')], [], 'waiting'],
  ['never asked for', 'completed', [step('skipped')], [], 'absent'],
  ['at work', 'running', [step('running')], [], 'running'],
  ['at work again, beside an older one', 'running', [step('running')], [text('done', '2026-01-01')], 'running'],
  ['there', 'completed', [step('done')], [text('done', '2026-01-01')], 'done'],
  ['failed', 'completed', [step('failed', true)], [], 'failed'],
  [
    'failed, then made by another model',
    'completed',
    [step('done')],
    [text('failed', '2026-01-01'), text('done', '2026-01-02')],
    'done',
  ],
  [
    'there, then failed',
    'completed',
    [step('done')],
    [text('done', '2026-01-01'), text('failed', '2026-01-02')],
    'failed',
  ],
] as const)('%s', (_name, status, steps, texts, expected) => {
  expect(stateOfKind({ status, steps: [...steps], texts: [...texts] }, 'enhanced')).toBe(expected)
})

test('a failure is found at the text or at the step', () => {
  expect(failureOfKind({ status: 'completed', steps: [step('failed', true)], texts: [] }, 'enhanced')).toEqual(error)
  expect(
    failureOfKind({ status: 'completed', steps: [step('done')], texts: [text('failed', '2026')] }, 'enhanced'),
  ).toEqual(error)
  expect(
    failureOfKind({ status: 'completed', steps: [step('done')], texts: [text('done', '2026')] }, 'enhanced'),
  ).toBeNull()
})
