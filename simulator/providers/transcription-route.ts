// OpenAI's paths for recordings, which three other servers have under their own base.
import type { Route } from '../exchange.ts'
import { transcription } from '../wire/transcription.ts'

export const transcriptionRoute = (base: string): Route => ({
  method: 'POST',
  pattern: new RegExp(`^${base}/audio/(transcriptions|translations)$`),
  operation: 'transcription',
  handle: transcription,
})
