/** Reads the little Markdown that texts are written in: headings, bullets, paragraphs, bold. Anything else is text. */
import { type ExportDocument, type ExportParagraph, speakerName } from './export-document.ts'

const headingMark = /^(#{1,6})\s+/u
const bulletMark = /^\s*(?:[-*•]|\d+[.)])\s+/u

const toBlock = (text: string, heading: number, bullet: boolean): ExportParagraph => ({
  text,
  heading,
  bullet,
  speaker: null,
  startSecond: null,
})

/** Blocks of a text in their order; lines of a paragraph are joined. */
export const toBlocks = (content: string): ExportParagraph[] => {
  const blocks: ExportParagraph[] = []
  let lines: string[] = []
  const flush = (): void => {
    if (lines.length > 0) blocks.push(toBlock(lines.join(' '), 0, false))
    lines = []
  }
  for (const line of content.split(/\r?\n/u)) {
    const trimmed = line.trim()
    const heading = headingMark.exec(trimmed)?.[1]?.length ?? 0
    if (trimmed === '' || heading > 0 || bulletMark.test(line)) flush()
    if (heading > 0) blocks.push(toBlock(trimmed.replace(headingMark, ''), heading, false))
    else if (bulletMark.test(line)) blocks.push(toBlock(line.replace(bulletMark, '').trim(), 0, true))
    else if (trimmed !== '') lines.push(trimmed)
  }
  flush()
  return blocks
}

/** `[12:34](#t=754)`: a time that the page makes a link of. */
const timeLink = /\[([\d:]+)\]\(#t=\d+\)/gu

/** `**bold** and *slanted*` without the marks; times without their links. */
export const withoutMarks = (text: string): string =>
  text
    .replace(timeLink, '($1)')
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/gu, '$2')
    .replace(/(^|[^\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?!\w)/gu, '$1$2')

export const toPlainText = (content: string): string =>
  toBlocks(content)
    .map((block) => withoutMarks(block.text))
    .join('\n\n')

/** A turn of one speaker is one paragraph; without speakers a pause of 2 s at the end of a sentence ends one. */
const rawParagraphs = (document: ExportDocument): ExportParagraph[] => {
  const paragraphs: { text: string; speaker: string | null; startSecond: number; endSecond: number }[] = []
  for (const segment of document.segments) {
    const text = segment.text.trim()
    if (text === '') continue
    const speaker = speakerName(document, segment.speaker)
    const open = paragraphs.at(-1)
    const pause = segment.startSecond - (open?.endSecond ?? 0)
    const goesOn = open !== undefined && open.speaker === speaker && !(pause >= 2 && /[.!?…]["'”’)]*$/u.test(open.text))
    if (goesOn && open.text.length < 900) {
      open.text += ` ${text}`
      open.endSecond = segment.endSecond
    } else paragraphs.push({ text, speaker, startSecond: segment.startSecond, endSecond: segment.endSecond })
  }
  return paragraphs.map(({ text, speaker, startSecond }) => ({ text, speaker, startSecond, heading: 0, bullet: false }))
}

/** What a reader's document (DOCX, PDF, Markdown, TXT) holds, whichever text was asked for. */
export const toDocumentBlocks = (document: ExportDocument): ExportParagraph[] =>
  document.kind === 'raw' ? rawParagraphs(document) : toBlocks(document.content)
