/** The values of a template's variables, from a recording. Pure. */
import { languageName } from '../prompts/transcript-data.ts'
import type { TemplateValues, TemplateVariable } from './fill-template.ts'

const LONGEST_VALUE = 200

/** One line, and not endless: a title is data in a prompt, not a place for one. */
const plain = (value: string): string => value.replace(/\s+/gu, ' ').trim().slice(0, LONGEST_VALUE).toWellFormed()

/** `1 h 02 min`, `12 min 30 s`. */
export const durationInWords = (seconds: number | null): string => {
  if (seconds === null) return 'unknown'
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`
  return minutes > 0 ? `${minutes} min ${String(rest).padStart(2, '0')} s` : `${rest} s`
}

export interface DescribedRecording {
  readonly title: string
  readonly fileName: string
  readonly language: string | null
  readonly targetLanguage: string | null
  readonly durationSecond: number | null
  readonly speakers: Readonly<Record<string, string>>
  readonly createdAt: Date
}

export const templateValues = (of: DescribedRecording): TemplateValues => ({
  title: plain(of.title),
  file_name: plain(of.fileName),
  language: languageName(of.language) ?? 'unknown',
  target_language: languageName(of.targetLanguage) ?? 'unknown',
  duration: durationInWords(of.durationSecond),
  speakers: plain(Object.values(of.speakers).join(', ')) || 'unknown',
  date: of.createdAt.toISOString().slice(0, 10),
})

/** Shown where there is no recording yet. */
export const exampleValues: TemplateValues = Object.freeze({
  title: 'Weekly meeting',
  file_name: 'meeting.m4a',
  language: 'English',
  target_language: 'Turkish',
  duration: '1 h 05 min',
  speakers: 'Ayşe, Brown',
  date: '2026-01-31',
})

export const variableDescriptions: Readonly<Record<TemplateVariable, string>> = Object.freeze({
  title: 'Title of the recording',
  file_name: 'Name of the file as it was uploaded',
  language: 'Language that was heard',
  target_language: 'Language that is translated into',
  duration: 'Length of the recording',
  speakers: 'Names given to the speakers',
  date: 'Day of the upload, in UTC',
})
