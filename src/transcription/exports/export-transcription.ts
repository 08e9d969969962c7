/** One text of one recording as a file, in any of the formats. */
import type { ExportDocument, ExportedFile } from './export-document.ts'
import { toJson, toMarkdown, toSrt, toTxt, toVtt } from './text-formats.ts'

export type ExportFormat = 'txt' | 'srt' | 'vtt' | 'json' | 'md' | 'docx' | 'pdf'

type Encode = (document: ExportDocument) => Promise<Uint8Array> | Uint8Array

const asBytes =
  (encode: (document: ExportDocument) => string): Encode =>
  (document) =>
    new TextEncoder().encode(encode(document))

/** DOCX and PDF libraries are large, so they load when first asked for. */
const formats: Readonly<Record<ExportFormat, { readonly mediaType: string; readonly encode: Encode }>> = Object.freeze({
  txt: { mediaType: 'text/plain; charset=utf-8', encode: asBytes(toTxt) },
  srt: { mediaType: 'application/x-subrip; charset=utf-8', encode: asBytes(toSrt) },
  vtt: { mediaType: 'text/vtt; charset=utf-8', encode: asBytes(toVtt) },
  json: { mediaType: 'application/json; charset=utf-8', encode: asBytes(toJson) },
  md: { mediaType: 'text/markdown; charset=utf-8', encode: asBytes(toMarkdown) },
  docx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    encode: async (document) => (await import('./to-docx.ts')).toDocx(document),
  },
  pdf: { mediaType: 'application/pdf', encode: async (document) => (await import('./to-pdf.ts')).toPdf(document) },
})

/** A title as a file name on any system: no separators, no control characters, no reserved ends, at most 120 bytes. */
export const toFileName = (title: string, suffix: string): string => {
  const plain = title
    .normalize('NFC')
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/^[. ]+|[. ]+$/gu, '')
  let cut = plain === '' ? 'transcription' : plain
  while (Buffer.byteLength(cut) > 120) cut = [...cut].slice(0, -1).join('')
  return `${cut.trimEnd()}${suffix}`
}

/** @throws never for a document of any content; an empty text gives an empty but valid file. */
export const exportTranscription = async (document: ExportDocument, format: ExportFormat): Promise<ExportedFile> => ({
  fileName: toFileName(document.title, `${document.kind === 'raw' ? '' : `.${document.kind}`}.${format}`),
  mediaType: formats[format].mediaType,
  body: await formats[format].encode(document),
})
