/** Looks into the file. Done already when the recording is taken in; here for running it again. */
import type { MediaFacts } from '../dependencies.ts'
import { updateTranscription } from '../store/transcriptions.store.ts'
import type { PipelineStep } from '../work/pipeline-step.ts'

/** The facts as columns. */
export const toMediaColumns = (facts: MediaFacts) => ({
  duration_second: facts.durationSecond,
  has_video: facts.hasVideo,
  container: facts.container,
  audio_codec: facts.audioCodec,
  channels: facts.channels,
  sample_rate: facts.sampleRate,
  media_type: facts.mediaType,
})

export const probe: PipelineStep = {
  name: 'probe',
  optional: false,
  skip: () => false,
  async run({ shop, id, signal }) {
    const facts = await shop.media.probe(shop.files.recordingPath(id), { signal })
    return { store: (db) => updateTranscription(db, id, toMediaColumns(facts)) }
  },
}
