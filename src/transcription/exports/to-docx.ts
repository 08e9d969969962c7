/** DOCX: headings, bullets and paragraphs as real Word styles, so that the reader's outline and list tools work. */
import { AlignmentType, Document, HeadingLevel, type IRunOptions, Packer, Paragraph, TextRun } from 'docx'
import { toClockTime } from './clock-time.ts'
import type { ExportDocument, ExportParagraph } from './export-document.ts'
import { toHeaderLines } from './header-lines.ts'
import { toDocumentBlocks } from './markdown-blocks.ts'

const headings = [
  HeadingLevel.HEADING_1,
  HeadingLevel.HEADING_2,
  HeadingLevel.HEADING_3,
  HeadingLevel.HEADING_4,
  HeadingLevel.HEADING_5,
  HeadingLevel.HEADING_6,
] as const

/** XML 1.0 has no place for control characters, and a document with one does not open. */
const safe = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, '')

const toRun = (options: IRunOptions): TextRun => new TextRun(options)

/** `**bold**` becomes bold, the rest stays. */
const toRuns = (text: string): TextRun[] =>
  safe(text)
    .split(/\*\*(.+?)\*\*/gu)
    .map((part, index) => toRun({ text: part, bold: index % 2 === 1 }))

const toParagraph = (block: ExportParagraph): Paragraph => {
  const level = headings[block.heading - 1]
  if (block.heading > 0 && level !== undefined) return new Paragraph({ heading: level, children: toRuns(block.text) })
  const lead = [
    ...(block.startSecond === null
      ? []
      : [new TextRun({ text: `[${toClockTime(block.startSecond)}] `, color: '6b7280' })]),
    ...(block.speaker === null ? [] : [toRun({ text: `${safe(block.speaker)}: `, bold: true })]),
  ]
  const children = [...lead, ...toRuns(block.text)]
  return block.bullet
    ? new Paragraph({ children, bullet: { level: 0 } })
    : new Paragraph({ children, spacing: { after: 160, line: 300 }, alignment: AlignmentType.LEFT })
}

export const toDocx = async (document: ExportDocument): Promise<Uint8Array> => {
  const header = toHeaderLines(document).map(
    (line) => new Paragraph({ children: [new TextRun({ text: safe(line), color: '6b7280', size: 18 })] }),
  )
  const file = new Document({
    title: safe(document.title),
    creator: 'mp4totext',
    styles: { default: { document: { run: { font: 'Calibri', size: 22 } } } },
    sections: [
      {
        children: [
          new Paragraph({ heading: HeadingLevel.TITLE, children: [new TextRun(safe(document.title))] }),
          ...header,
          new Paragraph({ text: '' }),
          ...toDocumentBlocks(document).map(toParagraph),
        ],
      },
    ],
  })
  return new Uint8Array(await Packer.toBuffer(file))
}
