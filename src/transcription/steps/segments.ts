/** Finds where somebody speaks, and packs it into windows. */
import { toJson } from '../store/stored-text.ts'
import { updateTranscription } from '../store/transcriptions.store.ts'
import type { PipelineStep } from '../work/pipeline-step.ts'
import { ensureWorkFile } from './audio.ts'

export const segments: PipelineStep = {
  name: 'segments',
  optional: false,
  skip: () => false,
  async run(work) {
    const { shop, id, signal } = work
    const workPath = await ensureWorkFile(work)
    const { duration_second: totalSecond } = await work.row()
    const report = work.progress('segments', { totalSecond })
    // Voice activity is the local engine's in any case: it also decides where a provider's files are cut.
    const engine = await shop.speechEngine(null)
    const segmentation = await engine.segment(workPath, { signal, onProgress: report })
    return { store: (db) => updateTranscription(db, id, { segmentation: toJson(segmentation) }) }
  },
}
