/** The transcript edited by a model. */
import { optionsOf } from '../work/work.ts'
import { hasNoSpeech } from './no-speech.ts'
import { textStep } from './text-step.ts'

export const enhance = textStep('enhance', 'enhanced', (row) => !optionsOf(row).enhance || hasNoSpeech(row))
