/** The summary by a model. */
import { optionsOf } from '../work/work.ts'
import { hasNoSpeech } from './no-speech.ts'
import { textStep } from './text-step.ts'

export const summarize = textStep('summarize', 'summary', (row) => !optionsOf(row).summarize || hasNoSpeech(row))
