/** One text of one recording, with all that any export format needs. Knows no file format. */
import type { TextKind } from '../types.ts'

export interface ExportWord {
  readonly text: string
  readonly startSecond: number
  readonly endSecond: number
}

export interface ExportSegment {
  readonly index: number
  readonly startSecond: number
  readonly endSecond: number
  readonly text: string
  /** Label given by the engine; `speakers` maps it to a name. */
  readonly speaker: string | null
  readonly words: readonly ExportWord[]
}

/** A piece of a text that has times of its own. */
export interface ExportPiece {
  readonly startSecond: number
  readonly endSecond: number
  readonly text: string
  readonly speaker: string | null
}

export interface ExportDocument {
  readonly title: string
  readonly fileName: string
  readonly language: string | null
  readonly durationSecond: number | null
  /** ISO 8601. */
  readonly createdAt: string
  readonly kind: TextKind
  /** The chosen text; for `raw` the segments' texts are the text and this is ignored. Markdown for a summary. */
  readonly content: string
  readonly segments: readonly ExportSegment[]
  /** The text's own times, where it has them: a translation has no words of the transcript to take them from. */
  readonly timed?: readonly ExportPiece[] | null
  /** Whether `content` is no more what `timed` says. */
  readonly edited?: boolean
  readonly speakers: Readonly<Record<string, string>>
  /** Who really made the text; null for texts made by rules or by the recognizer. */
  readonly provider: string | null
  readonly model: string | null
  /** What is missing, when the text is not whole; said in every format. */
  readonly missing: readonly string[]
  /** Words in the reader's language. */
  readonly labels: ExportLabels
}

export interface ExportLabels {
  /** Of these words, and of the names of languages. */
  readonly locale: string
  readonly kind: string
  readonly recorded: string
  readonly duration: string
  readonly language: string
  readonly madeBy: string
  /** The built-in rules, which are no model. */
  readonly basic: string
  readonly incomplete: string
}

export interface ExportedFile {
  readonly fileName: string
  readonly mediaType: string
  readonly body: Uint8Array
}

export const speakerName = (document: ExportDocument, label: string | null): string | null =>
  label === null ? null : (document.speakers[label] ?? label)

/** A block of text with its times when they are known. */
export interface ExportParagraph {
  readonly text: string
  readonly speaker: string | null
  readonly startSecond: number | null
  /** 1–6 for a Markdown heading, 0 for running text. */
  readonly heading: number
  readonly bullet: boolean
}
