/** The weekly report of a fortnight of calls that looks like life: kept, and mailed in the language of who gets it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedMonitoring } from '../../scripts/demo/seed-monitoring.ts'
import { createTimes } from '../../src/app/steering.ts'
import { createId } from '../../src/lib/ids.ts'
import { createCallWindows } from '../../src/models/alerts/call-windows.store.ts'
import type { Locale } from '../../src/models/alerts/channels/channel.ts'
import { createDisablementsStore } from '../../src/models/auto-disable/disablements.store.ts'
import { reportMessage, type ToldReport } from '../../src/models/reports/report-message.ts'
import { createReports } from '../../src/models/reports/reports.ts'
import { createUsageStore } from '../../src/models/usage/usage.store.ts'
import { openModelHouse, type ModelHouse } from '../models/house.ts'
import { useSimulator } from '../simulator/start-simulator.ts'

const MONDAY = new Date('2026-11-23T07:00:00Z')
const running = useSimulator()
let house: ModelHouse
let sent: ToldReport[] = []
let reports: ReturnType<typeof createReports>

beforeAll(async () => {
  house = await openModelHouse(running.urls)
  const { db } = house.database
  house.clock.set(MONDAY.getTime())
  await seedMonitoring(db, { nowMs: MONDAY.getTime(), busiest: 12 })
  await createDisablementsStore(db).insert({
    id: createId(),
    provider: 'groq',
    key: 'qwen/qwen3.6-27b',
    evidence: {
      windowFrom: '2026-11-18T08:00:00.000Z',
      windowTo: '2026-11-19T08:00:00.000Z',
      requests: 40,
      failures: 31,
      errorRate: 0.775,
      threshold: 0.5,
      minimumSamples: 20,
      codes: { 'provider-error': 31 },
    },
    nextProbeAt: null,
    disabledAt: new Date('2026-11-19T08:00:00Z'),
  })
  reports = createReports({
    db,
    windows: createCallWindows(db),
    times: createTimes({ store: createUsageStore(db) }),
    notifier: {
      send: (_kind, content) => {
        sent = [...sent, content as ToldReport]
        return Promise.resolve(createId())
      },
    },
    clock: house.clock,
  })
}, 60_000)
afterAll(() => house.close())

const run = () =>
  reports.task.run({
    runId: createId(),
    trigger: 'schedule',
    startedBy: null,
    dueAt: MONDAY,
    signal: new AbortController().signal,
  })
const mail = (report: ToldReport, locale: Locale) =>
  reportMessage(report, { locale }, 'message', 'https://text.example.org')
/** What a reader sees of HTML. */
const seen = (html: string): string =>
  html
    .replace(/<head>.*?<\/head>/su, '')
    .replace(/<[^>]+>/gu, ' ')
    .replace(/\s+/gu, ' ')

test('the week is counted, kept, and sent once', async () => {
  const { statement } = await run()
  await run()
  expect(sent).toHaveLength(1)
  const [report] = sent
  if (report === undefined) throw new Error('Nothing was sent')
  const { totals, before, models, worst, disabled, rollouts } = report.body
  expect(totals.requests).toBeGreaterThan(2_000)
  expect(before?.requests).toBeGreaterThan(2_000)
  expect(models.length).toBeGreaterThan(4)
  expect(models.reduce((sum, one) => sum + one.requests, 0)).toBeLessThanOrEqual(totals.requests)
  expect(worst.length).toBeGreaterThan(0)
  expect(Object.keys(worst[0]?.codes ?? {})).not.toContain('context-too-long')
  expect(disabled).toMatchObject([{ reason: '31 of 40 requests failed' }])
  expect(rollouts).toHaveLength(1)
  expect(statement).toMatchObject({ code: 'report-done', parameters: { requests: totals.requests, disabled: 1 } })
})

test.each([
  [
    'en',
    ['Weekly report: Nov 16, 2026 – Nov 23, 2026', '31 of 40 requests failed', 'The week', 'Errors', '6 more hours'],
    [/\d{1,3}(?:,\d{3})+ /u, /\d+(?:\.\d)?%/u, /\$\d/u],
  ],
  [
    'tr',
    [
      'Haftalık rapor: 16 Kas 2026 – 23 Kas 2026',
      '40 isteğin 31 tanesi başarısız oldu',
      'Bu hafta',
      'Hata',
      '6 saat var',
    ],
    [/\d{1,3}(?:\.\d{3})+ /u, /%\d+(?:,\d)?/u, /\$\d/u],
  ],
] as const)(
  'the mail in %s: its words, numbers as its readers write them, whole as text and as HTML',
  (locale, words, shapes) => {
    const [report] = sent
    if (report === undefined) throw new Error('Nothing was sent')
    const message = mail(report, locale)
    const html = seen(message.html)
    for (const word of words) expect(`${message.subject} ${html}`).toContain(word)
    for (const word of words.slice(1))
      expect(message.text.toLocaleLowerCase(locale)).toContain(word.toLocaleLowerCase(locale))
    for (const shape of shapes) {
      expect(html).toMatch(shape)
      expect(message.text).toMatch(shape)
    }
    for (const { provider, model } of report.body.models) expect(html).toContain(`${provider}/${model}`)
    expect(message.html).toContain(`<html lang="${locale}">`)
    expect(`${html} ${message.text}`).not.toMatch(/undefined|NaN|null|Infinity/u)
    const [failing] = report.body.worst
    const [code = '', count = 0] = Object.entries(failing?.codes ?? {}).toSorted(([, a], [, b]) => b - a)[0] ?? []
    expect(html).toContain(`${failing?.provider}/${failing?.model}: ${code} ${count}`)
    // Plain text is read in columns, and its headings are in capitals as the language has them.
    const [, head = '', ...rows] = message.text.split('\n\n')[1]?.split('\n') ?? []
    expect(new Set([head, ...rows].map((line) => line.length)).size).toBe(1)
    expect(message.text).toContain(locale === 'tr' ? 'KADEMELİ GEÇİŞLER' : 'ROLLOUTS')
    // No word of the other language.
    expect(html).not.toMatch(locale === 'tr' ? /requests|errors|minutes|unknown/iu : /istek|hata|dakika/iu)
    expect(message.text).toContain(`https://text.example.org/admin/reports/${report.id}`)
  },
)
