/** Server-sent events about recordings. Every event's data is JSON; `id:` allows to go on after a lost connection. */
import { z } from 'zod'
import { progressSchema, segmentSchema, stepSchema, textSchema, transcriptionSummarySchema } from './transcriptions.ts'
import { identifier } from './route.ts'

export const transcriptionEventSchema = z.discriminatedUnion('type', [
  /** First on every connection, and after anything that changes the summary. */
  z.object({ type: z.literal('transcription'), transcription: transcriptionSummarySchema }),
  z.object({ type: z.literal('progress'), transcriptionId: identifier, progress: progressSchema }),
  z.object({ type: z.literal('step'), transcriptionId: identifier, step: stepSchema }),
  /** Newly recognized segments, in order. */
  z.object({ type: z.literal('segments'), transcriptionId: identifier, items: z.array(segmentSchema) }),
  z.object({ type: z.literal('text'), transcriptionId: identifier, text: textSchema }),
  z.object({ type: z.literal('deleted'), transcriptionId: identifier }),
])
export type TranscriptionEvent = z.infer<typeof transcriptionEventSchema>
