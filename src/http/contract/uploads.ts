/** Resumable uploads (tus 1.0 at /api/v1/uploads); the last answer and this route name the transcription made of it. */
import { z } from 'zod'
import { defineRoute, identifier } from './route.ts'

/** Header on the answer that completes an upload. */
export const transcriptionIdHeader = 'x-transcription-id'

export const getUpload = defineRoute({
  method: 'GET',
  path: '/api/v1/uploads/:uploadId/result',
  access: 'user',
  tag: 'uploads',
  summary: 'What became of an upload whose last answer was lost',
  params: z.object({ uploadId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/) }),
  response: z.object({
    state: z.enum(['uploading', 'completed', 'rejected']),
    transcriptionId: identifier.nullable(),
    error: z.object({ code: z.string(), title: z.string(), message: z.string(), advice: z.string() }).nullable(),
  }),
})
