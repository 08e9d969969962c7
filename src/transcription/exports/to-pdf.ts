/** PDF with an embedded font that has Turkish, Greek and Cyrillic letters (DejaVu Sans). */
import { createRequire } from 'node:module'
import PDFDocument from 'pdfkit'
import { toClockTime } from './clock-time.ts'
import type { ExportDocument, ExportParagraph } from './export-document.ts'
import { toHeaderLines } from './header-lines.ts'
import { toDocumentBlocks, withoutMarks } from './markdown-blocks.ts'

const { resolve } = createRequire(import.meta.url)
const regular = resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')
const bold = resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')

const headingSizes = [16, 14, 12, 11, 11, 11]
const grey = '#6b7280'
const black = '#111827'

/** Control characters have no glyph and break the text layout. */
const safe = (text: string): string => text.normalize('NFC').replace(/[\u0000-\u001f\u007f]/gu, ' ')

const writeBlock = (pdf: PDFKit.PDFDocument, block: ExportParagraph): void => {
  const text = safe(withoutMarks(block.text))
  if (block.heading > 0) {
    pdf
      .moveDown(0.4)
      .font('bold')
      .fontSize(headingSizes[block.heading - 1] ?? 11)
      .fillColor(black)
      .text(text)
      .moveDown(0.3)
    return
  }
  pdf.fontSize(10.5)
  if (block.startSecond !== null)
    pdf
      .font('regular')
      .fillColor(grey)
      .text(`[${toClockTime(block.startSecond)}] `, { continued: true })
  if (block.speaker !== null)
    pdf
      .font('bold')
      .fillColor(black)
      .text(`${safe(block.speaker)}: `, { continued: true })
  pdf.font('regular').fillColor(black)
  if (block.bullet) pdf.text(`•  ${text}`, { indent: 12, lineGap: 2 }).moveDown(0.3)
  else pdf.text(text, { lineGap: 3 }).moveDown(0.7)
}

const writePageNumbers = (pdf: PDFKit.PDFDocument): void => {
  const { start, count } = pdf.bufferedPageRange()
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page)
    // Below the bottom margin pdfkit would begin a new page.
    pdf.page.margins.bottom = 0
    pdf.font('regular').fontSize(8).fillColor(grey)
    pdf.text(`${page + 1} / ${count}`, 56, pdf.page.height - 36, {
      align: 'center',
      lineBreak: false,
      width: pdf.page.width - 112,
    })
  }
}

export const toPdf = (document: ExportDocument): Promise<Uint8Array> =>
  new Promise((resolvePdf, reject) => {
    const title = safe(document.title)
    const pdf = new PDFDocument({
      size: 'A4',
      margin: 56,
      bufferPages: true,
      info: { Title: title, Creator: 'mp4totext' },
    })
    const chunks: Uint8Array[] = []
    pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    pdf.on('end', () => resolvePdf(new Uint8Array(Buffer.concat(chunks))))
    pdf.on('error', reject)
    pdf.registerFont('regular', regular)
    pdf.registerFont('bold', bold)
    pdf.font('bold').fontSize(20).fillColor(black).text(title).moveDown(0.3)
    pdf.font('regular').fontSize(9).fillColor(grey)
    for (const line of toHeaderLines(document)) pdf.text(safe(line))
    pdf.moveDown(1)
    for (const block of toDocumentBlocks(document)) writeBlock(pdf, block)
    writePageNumbers(pdf)
    pdf.end()
  })
