import { expect, test } from 'vitest'
import type { Transcription, TranscriptionText } from '../../../src/http/contract/transcriptions.ts'
import { failedTextsOf, stateOfKind, stepFailureOf } from './state-of-kind.ts'

type Step = Transcription['steps'][number]

const error = {
  code: 'provider-error',
  title: '',
  message: 'boom',
  advice: '',
  provider: 'p',
  model: 'm',
  details: {},
  because: null,
  providerMessage: null,
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
  missingBecause: [],
  provider: null,
  model: null,
  originalModel: null,
  fallbackUsed: false,
  notes: [],
  warnings: [],
  plan: null,
  decision: null,
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

test('before there is any text, the failure is that of the step', () => {
  const known = { status: 'completed', steps: [step('failed', true)] } as const
  expect(stepFailureOf({ ...known, steps: [...known.steps], texts: [] }, 'enhanced')).toEqual(error)
  const texts = [text('failed', '2026-01-01')]
  expect(stepFailureOf({ ...known, steps: [...known.steps], texts }, 'enhanced')).toBeNull()
})

test('a failure stands until something was tried after it ended', () => {
  const tried = (status: TranscriptionText['status'], second: number, durationMs: number | null = 5000) => ({
    ...text(status, `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`),
    durationMs,
  })
  const ids = (texts: TranscriptionText[]) => failedTextsOf({ texts }, 'enhanced').map(({ createdAt }) => createdAt)
  // Asked together: one model wrote, the other failed.
  expect(ids([tried('done', 1), tried('failed', 0)])).toHaveLength(1)
  expect(ids([tried('failed', 1), tried('failed', 0)])).toHaveLength(2)
  // Tried again afterwards.
  expect(ids([tried('done', 10), tried('failed', 0)])).toEqual([])
  expect(ids([tried('running', 10, null), tried('failed', 0)])).toEqual([])
  expect(ids([tried('failed', 10), tried('failed', 0)])).toEqual(['2026-01-01T00:00:10Z'])
})
