/** From a work file to the windows that an engine recognizes: voice activity, regions, packing. */
import type { SegmentOptions, SpeechSegmentation } from './engine.ts'
import { CONFIDENT_SPEECH, POSSIBLE_SPEECH, toRegions, totalSecond } from './speech-regions.ts'
import { FRAME_SECOND, type VoiceActivity, type VoiceActivityDetector } from './voice-activity.ts'
import { packWindows } from './windows.ts'

/** Runs the detector over the whole file. */
export const segmentAudio = async (
  detector: VoiceActivityDetector,
  audioPath: string,
  options: SegmentOptions,
): Promise<SpeechSegmentation> => toSegmentation(await detector.detect(audioPath, options))

/** The pure part: probabilities to regions and windows. */
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
