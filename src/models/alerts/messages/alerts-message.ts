/** One message about several alerts: what is new, and what is over. */
import { say } from '../../../statements/say.ts'
import type { KeptStatement } from '../../../statements/statement.ts'
import type { Locale, Message } from '../channels/channel.ts'
import { isAtLeast, type AlertKind, type Severity } from '../kinds.ts'
import { heading, link, page, paragraph } from './html.ts'

/** An alert as a message carries it. */
export interface ToldAlert {
  readonly id: string
  readonly event: 'opened' | 'resolved'
  readonly kind: AlertKind
  readonly severity: Severity
  readonly provider: string
  readonly model: string | null
  /** In English. */
  readonly message: string
  /** Missing in messages of before. */
  readonly statement?: KeptStatement | null
  readonly details: Readonly<Record<string, unknown>>
  readonly at: string
}

interface Words {
  readonly opened: string
  readonly resolved: string
  readonly see: string
  readonly more: (count: number) => string
  readonly subject: (opened: number, resolved: number) => string
}

const WORDS: Readonly<Record<Locale, Words>> = {
  en: {
    opened: 'New',
    resolved: 'Over',
    see: 'All alerts',
    more: (count) => `and ${count} more`,
    subject: (opened, resolved) =>
      opened === 0
        ? `${resolved} ${resolved === 1 ? 'trouble is' : 'troubles are'} over`
        : `${opened} ${opened === 1 ? 'alert' : 'alerts'}${resolved > 0 ? `, ${resolved} over` : ''}`,
  },
  tr: {
    opened: 'Yeni',
    resolved: 'Sona erdi',
    see: 'Tüm uyarılar',
    more: (count) => `ve ${count} tane daha`,
    subject: (opened, resolved) =>
      opened === 0 ? `${resolved} sorun sona erdi` : `${opened} uyarı${resolved > 0 ? `, ${resolved} sona erdi` : ''}`,
  },
}

/** In the reader's language. */
const sentenceOf = ({ statement, message }: ToldAlert, locale: Locale): string =>
  (statement && say(statement, locale)) ?? message

/** A provider that fails as a whole brings an alert for each model; a message stays readable. */
const MOST_LINES = 20

/** What of it a channel wants to hear; null when nothing. */
export const alertsMessage = (
  all: readonly ToldAlert[],
  channel: { readonly minimumSeverity: Severity; readonly locale: Locale },
  { id, publicUrl }: { readonly id: string; readonly publicUrl: string },
): Message | null => {
  const alerts = all.filter(({ severity }) => isAtLeast(severity, channel.minimumSeverity))
  const [first] = alerts
  if (first === undefined) return null
  const words = WORDS[channel.locale]
  const groups = [
    { title: words.opened, items: alerts.filter(({ event }) => event === 'opened') },
    { title: words.resolved, items: alerts.filter(({ event }) => event === 'resolved') },
  ].filter(({ items }) => items.length > 0)
  const count = (event: ToldAlert['event']): number => alerts.filter((alert) => alert.event === event).length
  const summary = words.subject(count('opened'), count('resolved'))
  const subject =
    `mp4totext: ${alerts.length === 1 ? `${groups[0]?.title ?? ''}: ${sentenceOf(first, channel.locale)}` : summary}`.slice(
      0,
      200,
    )
  const linesOf = (items: readonly ToldAlert[]): string[] => [
    ...items.slice(0, MOST_LINES).map((alert) => sentenceOf(alert, channel.locale)),
    ...(items.length > MOST_LINES ? [words.more(items.length - MOST_LINES)] : []),
  ]
  const url = `${publicUrl}/admin/alerts`
  return {
    id,
    event: 'alerts',
    subject,
    text: [
      ...groups.flatMap(({ title, items }) => [`${title}:`, ...linesOf(items).map((line) => `- ${line}`), '']),
      `${words.see}: ${url}`,
    ].join('\n'),
    html: page(
      summary,
      groups
        .map(({ title, items }) => heading(title) + linesOf(items).map(paragraph).join(''))
        .concat(link(url, words.see))
        .join(''),
      channel.locale,
    ),
    data: { alerts, url },
  }
}
