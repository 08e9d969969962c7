/** The transcript without fillers, stutters and repeats, by rules alone: the same every time, and free. */
import { hasNoSpeech } from './no-speech.ts'
import { textStep } from './text-step.ts'

export const clean = textStep('clean', 'cleaned', hasNoSpeech)
