/** From voice activity to the windows that an engine recognizes. Pure. */
import type { SpeechSegmentation } from './engine.ts'
import { CONFIDENT_SPEECH, POSSIBLE_SPEECH, toRegions, totalSecond } from './speech-regions.ts'
import { FRAME_SECOND, type VoiceActivity } from './voice-activity.ts'
import { packWindows } from './windows.ts'

export const toSegmentation = (activity: VoiceActivity): SpeechSegmentation => {
  const { durationSecond, probabilities } = activity
  const regions = toRegions(probabilities, FRAME_SECOND, CONFIDENT_SPEECH).map((region) => ({
    startSecond: region.startSecond,
    endSecond: Math.min(durationSecond, region.endSecond),
  }))
  const possibleSpeech = toRegions(probabilities, FRAME_SECOND, POSSIBLE_SPEECH)
  const windows = packWindows({
    durationSecond,
    possibleSpeech,
    speech: regions,
    probabilities,
    frameSecond: FRAME_SECOND,
  })
  return { durationSecond, regions, windows, speechSecond: totalSecond(regions) }
}
