import { expect, test } from 'vitest'
import { inEnglish, say } from './say.ts'
import { statement, type Statement } from './statement.ts'

const measures = [
  { measure: 'errors', control: 0.01, candidate: 0.3, difference: 0.29 },
  { measure: 'latency', control: 900, candidate: 1_000, difference: 1.11 },
  { measure: 'cost', control: null, candidate: null, difference: null },
] as const

const SENTENCES: readonly (readonly [Statement, string, string])[] = [
  [statement('stage-lasts', { minutes: 1 }), 'The stage lasts 1 more minute', 'Aşamanın bitmesine 1 dakika var'],
  [statement('stage-lasts', { minutes: 361 }), 'The stage lasts 6 more hours', 'Aşamanın bitmesine 6 saat var'],
  [statement('stage-lasts', { minutes: 4_320 }), 'The stage lasts 3 more days', 'Aşamanın bitmesine 3 gün var'],
  [
    statement('model-failing', { model: 'sim/one', failures: 10, requests: 40, rate: 0.25, minutes: 60 }),
    'sim/one failed 10 of 40 times (25.0 %) in 60 minutes',
    'sim/one: son 60 dakikada 40 çağrının 10 tanesinde hata verdi (%25,0)',
  ],
  [
    statement('rollout-rolled-back', {
      candidate: 'sim/new',
      control: 'sim/old',
      reason: statement('candidate-worse', { measures: measures.slice(0, 1) }),
    }),
    'sim/new in place of sim/old was rolled back. The candidate is worse: errors 30.0 % against 1.0 %',
    'sim/old → sim/new geçişi geri alındı. Aday daha kötü: hata oranı %30,0 (mevcut modelde %1,0)',
  ],
  [
    statement('arms-compared', { measures }),
    'Errors 30.0 % against 1.0 %, response time 1.11 times the control’s, cost not measured',
    'Hata oranı %30,0 (mevcut modelde %1,0), yanıt süresi mevcut modelinkinin 1,11 katı, maliyet ölçülmedi',
  ],
  [
    statement('watch-done', { raised: 1, resolved: 0, told: 2, disabled: 1 }),
    '1 alert opened, 0 over, 2 messages, 1 model switched off',
    '1 uyarı açıldı, 0 uyarı sona erdi, 2 ileti gönderildi, 1 model kapatıldı',
  ],
  [
    statement('report-done', { requests: 12_000, errorRate: 0.0412, failing: 1, disabled: 0 }),
    '12000 requests, 4.1 % errors, 1 model failed often',
    '12.000 istek, hata oranı %4,1, 1 model sık hata verdi',
  ],
  [
    statement('rollouts-stepped', { waiting: 0, moved: [{ name: 'New in place of old', action: 'promote' }] }),
    'New in place of old: promote',
    'New in place of old: ilerledi',
  ],
  [statement('rollouts-stepped', { waiting: 0, moved: [] }), '0 rollouts wait', '0 kademeli geçiş bekliyor'],
  [statement('rule-off'), 'The rule is switched off', 'Kural kapalı'],
]

test.each(SENTENCES)('%j is said in both languages', (one, english, turkish) => {
  expect(say(one, 'en')).toBe(english)
  expect(say(one, 'tr')).toBe(turkish)
})

test('a statement reads the same after it was stored', () => {
  for (const [one, english] of SENTENCES) expect(inEnglish(JSON.parse(JSON.stringify(one)) as typeof one)).toBe(english)
})

test('a code of another version is not guessed at', () => {
  expect(say({ code: 'toString', parameters: {} }, 'en')).toBeNull()
  expect(say({ code: 'of-tomorrow', parameters: {} }, 'tr')).toBeNull()
})
