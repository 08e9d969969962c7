/**
 * What a transcription is to the world outside: the shapes that the domain hands out and takes in.
 *
 * They are the contract's shapes (`src/http/contract/`) said again without zod, because the domain knows no HTTP; a test
 * in `test/pipeline/` keeps both equal. Times of recordings are seconds, moments are ISO 8601 in UTC, money is microcents.
 */

import type { Reason } from '../reasons.ts'

export const stepNames = ['probe', 'audio', 'segments', 'recognize', 'clean', 'enhance', 'summarize'] as const
export type StepName = (typeof stepNames)[number]
export type StepStatus = 'pending' | 'running' | 'done' | 'failed' | 'skipped' | 'cancelled'
export type TranscriptionStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled'
export const textKinds = ['raw', 'cleaned', 'enhanced', 'summary', 'lecture_notes', 'translation'] as const
export type TextKind = (typeof textKinds)[number]
/** The step that makes a kind of text; those made on request alone have none. */
export const stepOfText: Readonly<Partial<Record<TextKind, StepName>>> = Object.freeze({
  cleaned: 'clean',
  enhanced: 'enhance',
  summary: 'summarize',
})
export type TextStatus = 'running' | 'done' | 'failed'
export type EnhancementMode = 'standard' | 'light' | 'formal' | 'custom'
export type SummaryVariant = 'short' | 'medium' | 'long' | 'bullet-points' | 'action-items'
export type ExportFormat = 'txt' | 'srt' | 'vtt' | 'json' | 'md' | 'docx' | 'pdf'

export interface TranscriptionOptions {
  /** `auto` or an ISO 639-1 code. */
  readonly language: string
  /** `local`, `local/<speech model>` or `provider/key`. */
  readonly engine: string
  readonly model: string
  readonly enhance: boolean
  readonly summarize: boolean
  readonly enhancementMode: EnhancementMode
  readonly customInstruction?: string | undefined
  readonly summaryVariant?: SummaryVariant | undefined
  readonly title?: string | undefined
  readonly priority: 'normal' | 'high'
}

/** A failure that is stored with what failed, and shown where the result would be. */
export interface StoredError {
  readonly code: string
  readonly title: string
  readonly message: string
  readonly advice: string
  readonly provider: string | null
  readonly model: string | null
  readonly details: Record<string, unknown>
  /** `message` as data, where it is a sentence of ours. */
  readonly because: Reason | null
  /** The provider's own words, as they came; null where it said nothing. */
  readonly providerMessage: string | null
  /** Models that could do it instead, nearest first. */
  readonly suggestions: ModelSuggestion[]
}
export interface ModelSuggestion {
  readonly provider: string
  readonly model: string
  readonly displayName: string
}

export interface Word {
  readonly text: string
  readonly startSecond: number
  readonly endSecond: number
}
export interface Segment extends Word {
  readonly index: number
  /** What was recognized, where somebody changed it. */
  readonly originalText?: string | undefined
  readonly speaker: string | null
  readonly words: Word[]
}

export interface Warning {
  readonly code: string
  readonly message: string
  readonly details: Record<string, unknown>
  /** `message` as data, where it is a sentence of ours. */
  readonly because?: Reason | null
}

export interface Progress {
  readonly step: StepName | null
  /** Seconds of the recording done in the running step. */
  readonly doneSecond: number
  readonly totalSecond: number | null
  /** Seconds of sound handled per second. */
  readonly speed: number | null
  readonly etaSecond: number | null
  /** Transcriptions before this one while it waits. */
  readonly queuePosition: number | null
}

export interface Step {
  readonly name: StepName
  readonly status: StepStatus
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly attempts: number
  readonly error: StoredError | null
}

/** How a text was cut into requests. */
export interface TextPlan {
  readonly model: string | null
  readonly contextLength: number | null
  readonly inputTokens: number
  readonly chunks: number
  readonly levels: number
  readonly requests: number
  readonly replans: number
}

/** Why this model: who was to be asked in which order, and who was passed over. */
export interface TextDecision {
  readonly asked: string
  readonly chain: 'request' | 'user' | 'global' | 'routing'
  readonly targets: {
    readonly provider: string
    readonly model: string
    readonly reason: string
    readonly because?: Reason | null
  }[]
  readonly skipped: {
    readonly provider: string
    readonly model: string
    readonly kind: string
    readonly reason: string
    readonly because?: Reason | null
  }[]
}

/** What was taken for a text in credits, and how it came about. */
export interface TextCharge {
  readonly operation: string
  readonly credits: number
  readonly heldCredits: number
  readonly partsCharged: number
  readonly partsMissing: number
  readonly lines: {
    readonly provider: string
    readonly model: string
    readonly parts: number
    readonly unit: 'minute' | 'thousand-characters' | 'run'
    readonly quantity: number
    readonly baseCredits: number
    readonly multiplier: number
    readonly credits: number
    readonly capped: boolean
    readonly cached?: boolean | undefined
    readonly costMicrocents: number | null
  }[]
  readonly costMicrocents: number | null
  readonly chargedAt: string
}

/** One text of one kind; several of a kind stand side by side, newest first. */
export interface TranscriptionText {
  readonly id: string
  readonly kind: TextKind
  readonly status: TextStatus
  /** Empty while running or failed: an error is never content. */
  readonly content: string
  /** What was made, where somebody changed it. */
  readonly originalContent?: string | undefined
  /** False when a part is missing; `missing` says which. */
  readonly complete: boolean
  readonly missing: string[]
  /** Of `missing`, in its order. */
  readonly missingBecause: (Reason | null)[]
  /** Who really made it; null for texts made by rules. */
  readonly provider: string | null
  readonly model: string | null
  /** Set when another model answered than the one chosen. */
  readonly originalModel: string | null
  readonly fallbackUsed: boolean
  readonly notes: { readonly kind: string; readonly message: string; readonly because: Reason | null }[]
  /** What a check found against it, and another model did not mend. */
  readonly warnings: Warning[]
  readonly plan: TextPlan | null
  readonly decision: TextDecision | null
  readonly attempts: Record<string, unknown>[]
  readonly options: Record<string, unknown>
  readonly durationMs: number | null
  readonly costMicrocents: number | null
  /** What was taken for it; null when nothing was. */
  readonly charge: TextCharge | null
  readonly error: StoredError | null
  /** Grows with every edit; an edit names the one it was made on. */
  readonly revision: number
  readonly edited: boolean
  readonly createdAt: string
}

export interface Coverage {
  readonly speechSecond: number
  readonly coveredSecond: number
  readonly gaps: { readonly startSecond: number; readonly endSecond: number }[]
  readonly noSpeechFound: boolean
}

export interface TranscriptionSummary {
  readonly id: string
  readonly title: string
  readonly fileName: string
  readonly sizeBytes: number
  readonly durationSecond: number | null
  readonly hasVideo: boolean
  readonly status: TranscriptionStatus
  readonly language: string | null
  /** First words of the text, for the list. */
  readonly excerpt: string
  readonly progress: Progress | null
  readonly error: StoredError | null
  /** Steps that failed although the transcription is complete. */
  readonly failedSteps: StepName[]
  readonly createdAt: string
  readonly completedAt: string | null
}

export interface Transcription extends TranscriptionSummary {
  readonly options: TranscriptionOptions
  readonly languageProbability: number | null
  readonly engine: string | null
  readonly speechModel: string | null
  readonly media: {
    readonly container: string | null
    readonly audioCodec: string | null
    readonly channels: number | null
    readonly sampleRate: number | null
    readonly mediaType: string
  }
  readonly coverage: Coverage | null
  readonly warnings: Warning[]
  /** Names given to speaker labels. */
  readonly speakers: Record<string, string>
  readonly steps: Step[]
  readonly texts: TranscriptionText[]
  readonly revision: number
}

export type TranscriptionEvent =
  | { readonly type: 'transcription'; readonly transcription: TranscriptionSummary }
  | { readonly type: 'progress'; readonly transcriptionId: string; readonly progress: Progress }
  | { readonly type: 'step'; readonly transcriptionId: string; readonly step: Step }
  | { readonly type: 'segments'; readonly transcriptionId: string; readonly items: Segment[] }
  | { readonly type: 'text'; readonly transcriptionId: string; readonly text: TranscriptionText }
  | { readonly type: 'deleted'; readonly transcriptionId: string }
