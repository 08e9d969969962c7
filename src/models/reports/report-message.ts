/** The weekly report as mail: text and HTML, in the channel's language. */
import type { Channel, Locale, Message } from '../alerts/channels/channel.ts'
import { heading, link, page, paragraph, table } from '../alerts/messages/html.ts'
import { say } from '../../statements/say.ts'
import type { KeptStatement } from '../../statements/statement.ts'
import { sayRemoval } from './say-removal.ts'
import type { ReportModel, ReportTotals, WeeklyReport } from './weekly-report.ts'

/** What a notification keeps of a report. */
export interface ToldReport {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly headline: string
  readonly body: WeeklyReport
}

const WORDS = {
  en: {
    title: 'Weekly report',
    totals: 'The week',
    before: 'the week before',
    providers: 'Providers',
    worst: 'Models that failed often',
    models: 'Models by requests',
    disabled: 'Switched off for their errors',
    removed: 'Gone from the catalog',
    rollouts: 'Rollouts',
    name: 'Name',
    requests: 'Requests',
    errors: 'Errors',
    p50: 'Median',
    p95: '95 %',
    cost: 'Cost',
    unknown: 'unknown',
    none: 'No model was asked in this week.',
    see: 'The whole report',
    alerts: (opened: number, open: number) =>
      `${opened} ${opened === 1 ? 'alert was' : 'alerts were'} raised; ${open} ${open === 1 ? 'is' : 'are'} open.`,
    catalog: (active: number, added: number, removed: number) =>
      `${active} ${active === 1 ? 'model is' : 'models are'} active; ${added} added, ${removed} removed.`,
    schedules: (runs: number, failed: number) =>
      `${runs} ${runs === 1 ? 'run' : 'runs'} by the calendar; ${failed} failed.`,
  },
  tr: {
    title: 'Haftalık rapor',
    totals: 'Bu hafta',
    before: 'önceki hafta',
    providers: 'Sağlayıcılar',
    worst: 'Sık hata veren modeller',
    models: 'İstek sayısına göre modeller',
    disabled: 'Hataları yüzünden kapatılanlar',
    removed: 'Katalogdan çıkanlar',
    rollouts: 'Kademeli geçişler',
    name: 'Ad',
    requests: 'İstek',
    errors: 'Hata',
    p50: 'Ortanca',
    p95: '%95',
    cost: 'Maliyet',
    unknown: 'bilinmiyor',
    none: 'Bu hafta hiçbir modele istek gönderilmedi.',
    see: 'Raporun tamamı',
    alerts: (opened: number, open: number) => `${opened} uyarı oluştu; ${open} tanesi açık.`,
    catalog: (active: number, added: number, removed: number) =>
      `${active} model etkin; ${added} model eklendi, ${removed} model çıktı.`,
    schedules: (runs: number, failed: number) => `Takvime göre ${runs} çalışma oldu; ${failed} tanesi başarısız.`,
  },
} as const satisfies Record<Locale, object>

const MICROCENTS_PER_USD = 100_000_000

interface Section {
  readonly title: string
  readonly lines: readonly string[]
  readonly head?: readonly string[]
  readonly rows?: readonly (readonly string[])[]
}

const createFormat = (locale: Locale) => {
  const words = WORDS[locale]
  const number = new Intl.NumberFormat(locale)
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const money = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' })
  const seconds = new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', maximumFractionDigits: 1 })
  return {
    locale,
    words,
    number: (value: number) => number.format(value),
    share: (value: number) => share.format(value),
    time: (ms: number | null) => (ms === null ? '–' : seconds.format(ms / 1_000)),
    cost: (microcents: number | null) =>
      microcents === null ? words.unknown : money.format(microcents / MICROCENTS_PER_USD),
    day: (text: string) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(text)),
  }
}
type Format = ReturnType<typeof createFormat>

const cells = (format: Format, name: string, totals: ReportTotals): string[] => [
  name,
  format.number(totals.requests),
  format.share(totals.errorRate),
  format.time(totals.p50Ms),
  format.time(totals.p95Ms),
  format.cost(totals.costMicrocents),
]
/** In the reader's language; reports of before have English only. */
const reasonOf = (
  { reason, statement }: { readonly reason: string; readonly statement?: KeptStatement | null },
  locale: Locale,
): string => (statement && say(statement, locale)) ?? reason

const nameOf = ({ provider, model }: Pick<ReportModel, 'provider' | 'model'>): string => `${provider}/${model}`

/** The most frequent first. */
const codesOf = (codes: Readonly<Record<string, number>>): string =>
  Object.entries(codes)
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ')

const sectionsOf = ({ body }: ToldReport, format: Format): Section[] => {
  const { words } = format
  const head = [words.name, words.requests, words.errors, words.p50, words.p95, words.cost]
  const tableOf = (title: string, rows: readonly string[][]): Section => ({ title, lines: [], head, rows })
  const { totals, before, alerts, catalog } = body
  const own = [cells(format, words.totals, totals), ...(before === null ? [] : [cells(format, words.before, before)])]
  return [
    { title: words.totals, lines: totals.requests === 0 ? [words.none] : [], head, rows: own },
    tableOf(
      words.providers,
      body.providers.map((one) => cells(format, one.provider, one)),
    ),
    {
      title: words.worst,
      lines: body.worst.map((one) => `${nameOf(one)}: ${codesOf(one.codes)}`),
      head,
      rows: body.worst.map((one) => cells(format, nameOf(one), one)),
    },
    tableOf(
      words.models,
      body.models.map((one) => cells(format, nameOf(one), one)),
    ),
    { title: words.disabled, lines: body.disabled.map((one) => `${nameOf(one)}: ${reasonOf(one, format.locale)}`) },
    {
      title: words.removed,
      lines: catalog.removed.map((one) => `${nameOf(one)}: ${sayRemoval(one.reason, format.locale)}`),
    },
    {
      title: words.rollouts,
      lines: body.rollouts.map(
        (one) =>
          `${one.control} → ${one.candidate}, ${format.share(one.percent / 100)}: ${reasonOf(one, format.locale)}`,
      ),
    },
    {
      title: '',
      lines: [
        words.alerts(alerts.opened, alerts.open),
        words.catalog(catalog.active, catalog.added.length, catalog.removed.length),
        words.schedules(body.schedules.runs, body.schedules.failed),
      ],
    },
  ].filter(({ lines, rows = [] }) => lines.length > 0 || rows.length > 0)
}

/** Columns under each other, for readers of plain text: names to the left, numbers to the right. */
const toColumns = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

const toText = ({ title, lines, head, rows = [] }: Section, locale: Locale): string => {
  const told = rows.length === 0 ? [] : toColumns([head ?? [], ...rows])
  return [...(title === '' ? [] : [title.toLocaleUpperCase(locale)]), ...told, ...lines].join('\n')
}
const toHtml = ({ title, lines, head = [], rows = [] }: Section): string =>
  (title === '' ? '' : heading(title)) + (rows.length === 0 ? '' : table(head, rows)) + lines.map(paragraph).join('')

export const reportMessage = (
  report: ToldReport,
  { locale }: Pick<Channel, 'locale'>,
  id: string,
  publicUrl: string,
): Message => {
  const format = createFormat(locale)
  const sections = sectionsOf(report, format)
  const title = `${format.words.title}: ${format.day(report.from)} – ${format.day(report.to)}`
  const url = `${publicUrl}/admin/reports/${report.id}`
  return {
    id,
    event: 'report',
    subject: `mp4totext: ${title}`,
    text: [...sections.map((section) => toText(section, locale)), `${format.words.see}: ${url}`].join('\n\n'),
    html: page(title, sections.map(toHtml).join('') + link(url, format.words.see), locale),
    data: { report, url },
  }
}
