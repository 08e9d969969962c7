/** What stands above the text in a document: when, how long, who made it, and what is missing. */
import { toClockTime } from './clock-time.ts'
import type { ExportDocument } from './export-document.ts'

export const toHeaderLines = (document: ExportDocument): string[] => {
  const { labels } = document
  const lines = [`${labels.kind} · ${document.fileName}`, `${labels.recorded}: ${document.createdAt.slice(0, 10)}`]
  if (document.durationSecond !== null) lines.push(`${labels.duration}: ${toClockTime(document.durationSecond)}`)
  if (document.language !== null) lines.push(`${labels.language}: ${document.language}`)
  if (document.model !== null)
    lines.push(`${labels.madeBy}: ${[document.provider, document.model].filter(Boolean).join(' / ')}`)
  if (document.missing.length > 0) lines.push(`${labels.incomplete}: ${document.missing.join('; ')}`)
  return lines
}
