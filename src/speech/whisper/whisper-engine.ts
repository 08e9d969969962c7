/**
 * Whisper within this process: windows in, timed words out. It blocks the thread while it computes, so a server uses it
 * through the child process (child-engine.ts); tests and the bench may call it directly.
 */
import { basename } from 'node:path'
import { availableCores } from '../cores.ts'
import type { SpeechEngine } from '../engine.ts'
import { createDetector, createLocalLane, type LaneOptions } from '../lanes/lane.ts'
import { createThreadLane } from '../lanes/thread-lane.ts'
import { toSegmentation } from '../segmentation.ts'
import { detectVoiceActivity } from '../voice-activity.ts'
import { detectLanguage } from './detect-language.ts'
import { createWindowEncoder } from './encoded-windows.ts'
import { findWhisperFiles, type Variant } from './model-files.ts'
import { loadWhisperSettings, type WhisperSettings } from './model-settings.ts'
import { recognizeWindows } from './recognize-windows.ts'
import { openDecoder } from './decoder/open-decoder.ts'
import { loadTokenizer } from './tokenizer.ts'
import type { Whisper } from './whisper.ts'

export interface WhisperOptions {
  /** Folder in the public hub's layout. */
  readonly folder: string
  readonly voiceActivityModel: string
  /** Name told in results; the folder's name when left out. */
  readonly name?: string
  readonly variant?: Variant
  readonly threads?: number
  /** Windows decoded together. */
  readonly batchSize?: number
  /** Languages its users speak, likeliest first: one of them is taken where detection is unsure and its text is likelier. */
  readonly expectedLanguages?: readonly string[]
}

/** Windows encoded while a batch is decoded, beyond the next batch. */
const AHEAD = 2

/** Loads the model (about a second for the base one). */
export const createWhisperEngine = async (options: WhisperOptions): Promise<SpeechEngine> => {
  const files = await findWhisperFiles(options.folder, options.variant)
  const tokenizer = await loadTokenizer(`${options.folder}/tokenizer.json`)
  const settings = await loadWhisperSettings(options.folder, tokenizer)
  const cores = options.threads ?? availableCores()
  const laneOptions = { files, settings: laneSettings(settings), voiceActivityModel: options.voiceActivityModel }
  // One encoder on all cores: a second one beside the decoder would need its working memory again.
  const encoding =
    cores === 1
      ? await createLocalLane({ ...laneOptions, threads: 1 })
      : createThreadLane({ ...laneOptions, threads: cores })
  const detecting = cores === 1 ? [encoding] : [encoding, await createDetector(options.voiceActivityModel)]
  const decoder = await openDecoder({ path: files.decoder, cores, isEncoding: () => encoder.isBusy() }, settings)
  const batchSize = options.batchSize ?? decoder.usualRows
  const encoder = createWindowEncoder(encoding, batchSize + AHEAD)
  const canAlign = settings.alignmentHeads.length > 0 && decoder.outputNames.includes('cross_attentions.0')
  const whisper: Whisper = {
    settings,
    tokenizer,
    decoder,
    encoder,
    batchSize,
    canAlign,
    expectedLanguages: options.expectedLanguages ?? [],
    align: encoding.align,
  }
  return {
    id: 'whisper',
    model: options.name ?? basename(options.folder),
    segment: async (audioPath, segmentOptions) =>
      toSegmentation(
        await detectVoiceActivity(
          audioPath,
          detecting.map((each) => each.detect),
          segmentOptions,
        ),
      ),
    detectLanguage: (audioPath, windows, { signal }) => detectLanguage(whisper, audioPath, windows, signal),
    recognize: (audioPath, windows, recognizeOptions) =>
      recognizeWindows(whisper, audioPath, windows, recognizeOptions),
    close: async () => {
      encoder.clear()
      await Promise.all([encoding, ...detecting.slice(1), decoder].map((each) => each.close()))
    },
  }
}

/** Only plain data reaches another thread. */
const laneSettings = ({ frames, width, melBands, encoderHeads }: WhisperSettings): LaneOptions['settings'] => ({
  frames,
  width,
  melBands,
  encoderHeads,
})
