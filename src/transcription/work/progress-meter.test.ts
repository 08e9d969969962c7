import { expect, test } from 'vitest'
import { createProgressMeter } from './progress-meter.ts'

test('speed and time left come from what this run did, not from what was done before', () => {
  let nowMs = 5_000
  const meter = createProgressMeter({ step: 'recognize', totalSecond: 14_400, startSecond: 2_400, now: () => nowMs })
  nowMs += 10_000
  expect(meter.at(2_535)).toEqual({
    step: 'recognize',
    doneSecond: 2_535,
    totalSecond: 14_400,
    speed: 13.5,
    etaSecond: (14_400 - 2_535) / 13.5,
    queuePosition: null,
  })
})

test('at the start, and without a known length, nothing is guessed', () => {
  let nowMs = 0
  const meter = createProgressMeter({ step: 'audio', totalSecond: null, startSecond: 0, now: () => nowMs })
  nowMs = 500
  expect(meter.at(60)).toMatchObject({ speed: null, etaSecond: null })
  nowMs = 2_000
  expect(meter.at(60)).toMatchObject({ speed: 30, etaSecond: null, totalSecond: null })
})
