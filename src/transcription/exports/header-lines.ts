/** What stands above the text in a document: when, how long, who made it, and what is missing. */
import { toClockTime } from './clock-time.ts'
import type { ExportDocument } from './export-document.ts'

const nameOfLanguage = (code: string, locale: string): string => {
  try {
    const name = new Intl.DisplayNames(locale, { type: 'language' }).of(code) ?? code
    return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)
  } catch {
    return code
  }
}

const nameOfMaker = ({ provider, model, labels }: ExportDocument): string =>
  provider === 'offline' ? labels.basic : [provider, model].filter(Boolean).join(' / ')

export const toHeaderLines = (document: ExportDocument): string[] => {
  const { labels } = document
  const lines = [`${labels.kind} · ${document.fileName}`, `${labels.recorded}: ${document.createdAt.slice(0, 10)}`]
  if (document.durationSecond !== null) lines.push(`${labels.duration}: ${toClockTime(document.durationSecond)}`)
  if (document.language !== null) lines.push(`${labels.language}: ${nameOfLanguage(document.language, labels.locale)}`)
  if (document.model !== null) lines.push(`${labels.madeBy}: ${nameOfMaker(document)}`)
  if (document.missing.length > 0) lines.push(`${labels.incomplete}: ${document.missing.join('; ')}`)
  return lines
}
