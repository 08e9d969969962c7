/** Decodes the recording into the work file, and counts its true length. */
import { rename, rm, stat } from 'node:fs/promises'
import { addWarnings, withoutWarnings } from '../store/warnings.store.ts'
import { updateTranscription } from '../store/transcriptions.store.ts'
import type { Warning } from '../types.ts'
import type { PipelineStep } from '../work/pipeline-step.ts'
import type { Work } from '../work/work.ts'

/** Containers round; a broken file lacks more. */
const shorterBy = (declaredSecond: number): number => Math.max(2, declaredSecond * 0.02)

const toWarnings = (declaredSecond: number | null, decodedSecond: number): Warning[] =>
  declaredSecond === null || decodedSecond >= declaredSecond - shorterBy(declaredSecond)
    ? []
    : [
        {
          code: 'shorter-than-declared',
          message: 'The file holds less sound than it says; it may be cut off.',
          details: { declaredSecond, decodedSecond },
        },
      ]

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Under another name until it is whole, so that a work file that is there is a whole one. */
const decode = async ({ shop, id, signal }: Work, onProgress?: (secondsDone: number) => void): Promise<number> => {
  const [target, partial] = [shop.files.workPath(id), `${shop.files.workPath(id)}.partial`]
  try {
    const { durationSecond } = await shop.media.decode(shop.files.recordingPath(id), partial, {
      signal,
      ...(onProgress && { onProgress }),
    })
    await rename(partial, target)
    return durationSecond
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** The path of the work file, made again when it is gone: it is kept while there is work only. */
export const ensureWorkFile = async (work: Work): Promise<string> => {
  const path = work.shop.files.workPath(work.id)
  if (!(await exists(path))) await decode(work)
  return path
}

export const audio: PipelineStep = {
  name: 'audio',
  optional: false,
  skip: () => false,
  async run(work) {
    const { duration_second: declared } = await work.row()
    const report = work.progress('audio', { totalSecond: declared })
    const durationSecond = await decode(work, report)
    const warnings = toWarnings(declared, durationSecond)
    return {
      async store(db) {
        await updateTranscription(db, work.id, { duration_second: durationSecond })
        await withoutWarnings(db, work.id, ['shorter-than-declared'])
        await addWarnings(db, work.id, warnings)
      },
    }
  },
}
