/** The kinds of jobs that recordings make. Handlers are in `job-handlers.ts`. */
import { z } from 'zod'
import { defineJob } from '../../jobs/definition.ts'

/** Patient: the failures that come this far are those of the database, which comes back. */
const retry = { limit: 10, delaySeconds: 5 }

/** The pipeline of one recording, from the first step that is not done. */
export const transcriptionJob = defineJob({
  name: 'transcription.run',
  payload: z.object({ transcriptionId: z.uuid(), run: z.int() }),
  retry,
})

/** One more version of one text. */
export const textJob = defineJob({
  name: 'transcription.text',
  payload: z.object({ transcriptionId: z.uuid(), textId: z.uuid() }),
  retry,
})

export const transcriptionJobs = [transcriptionJob, textJob] as const
