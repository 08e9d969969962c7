/** The formats that are text: TXT, Markdown, JSON, SRT and WebVTT. */
import { toClockTime, toSubtitleTime } from './clock-time.ts'
import { type ExportDocument, type ExportParagraph, speakerName } from './export-document.ts'
import { toHeaderLines } from './header-lines.ts'
import { toDocumentBlocks, withoutMarks } from './markdown-blocks.ts'
import { type Cue, type SpokenWord, toCues } from './subtitle-cues.ts'
import { toSpokenWords } from './to-spoken-words.ts'

const withSpeaker = (block: ExportParagraph, text: string): string =>
  block.speaker === null ? text : `${block.speaker}: ${text}`

/** The text alone, so that it can be piped and pasted; only what is missing is said at the end. */
export const toTxt = (document: ExportDocument): string => {
  const text = toDocumentBlocks(document)
    .map((block) => withSpeaker(block, `${block.bullet ? '- ' : ''}${withoutMarks(block.text)}`))
    .join('\n\n')
    .replace(/\n\n- /gu, '\n- ')
  const missing =
    document.missing.length > 0 ? `\n\n[${document.labels.incomplete}: ${document.missing.join('; ')}]` : ''
  return text === '' && missing === '' ? '' : `${text}${missing}\n`
}

/** Characters that would begin a heading, a list or markup when spoken text happens to hold them. */
const escapeMarkdown = (text: string): string =>
  text.replace(/([\\`*_[\]<>])/gu, '\\$1').replace(/^([#+-]|\d+\.)(?=\s)/u, '\\$1')

const toMarkdownBlock = (document: ExportDocument, block: ExportParagraph): string => {
  if (document.kind !== 'raw') {
    const mark = block.heading > 0 ? `${'#'.repeat(Math.min(6, block.heading + 1))} ` : block.bullet ? '- ' : ''
    return mark + block.text
  }
  const time = block.startSecond === null ? '' : `**[${toClockTime(block.startSecond)}]** `
  const speaker = block.speaker === null ? '' : `**${escapeMarkdown(block.speaker)}:** `
  return time + speaker + escapeMarkdown(block.text)
}

export const toMarkdown = (document: ExportDocument): string => {
  const blocks = toDocumentBlocks(document).map((block) => toMarkdownBlock(document, block))
  const header = toHeaderLines(document).map((line) => `> ${escapeMarkdown(line)}`)
  const body = blocks.join('\n\n').replace(/\n\n- /gu, '\n- ')
  return `# ${escapeMarkdown(document.title)}\n\n${header.join('  \n')}\n\n${body}\n`
}

/** Everything that is known, for programs. */
export const toJson = (document: ExportDocument): string => {
  const { labels: _labels, segments, content, ...facts } = document
  const named = segments.map((segment) => ({ ...segment, speaker: speakerName(document, segment.speaker) }))
  const text = document.kind === 'raw' ? segments.map((segment) => segment.text.trim()).join(' ') : content
  return `${JSON.stringify({ ...facts, text, segments: named }, null, 2)}\n`
}

const cuesOf = (document: ExportDocument, words: readonly SpokenWord[]): Cue[] =>
  toCues(words, document.durationSecond ?? words.at(-1)?.endSecond ?? 0)

/** SRT has no field for a speaker, so a change of speaker is said with the first word and counts for the line length. */
const withSpokenNames = (words: readonly SpokenWord[]): SpokenWord[] =>
  words.map((word, index) =>
    word.speaker !== null && word.speaker !== words[index - 1]?.speaker
      ? { ...word, text: `${word.speaker}: ${word.text}` }
      : word,
  )

/** `-->` inside a caption would end it. */
const safe = (line: string): string => line.replaceAll('-->', '→')

export const toSrt = (document: ExportDocument): string =>
  cuesOf(document, withSpokenNames(toSpokenWords(document)))
    .map((cue, index) => {
      const time = `${toSubtitleTime(cue.startSecond, ',')} --> ${toSubtitleTime(cue.endSecond, ',')}`
      return `${index + 1}\n${time}\n${cue.lines.map(safe).join('\n')}\n`
    })
    .join('\n')

const escapeVtt = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const vttVoice = (cue: Cue): string =>
  cue.speaker === null ? '' : `<v ${escapeVtt(cue.speaker).replace(/\s+/gu, ' ')}>`

export const toVtt = (document: ExportDocument): string => {
  const cues = cuesOf(document, toSpokenWords(document)).map((cue, index) => {
    const time = `${toSubtitleTime(cue.startSecond, '.')} --> ${toSubtitleTime(cue.endSecond, '.')}`
    return `${index + 1}\n${time}\n${vttVoice(cue)}${cue.lines.map((line) => escapeVtt(safe(line))).join('\n')}\n`
  })
  return `WEBVTT\n\n${cues.join('\n')}`
}
