/** Whether there is nothing that the text steps could work on. */
import type { Coverage } from '../types.ts'
import type { StoredTranscription } from '../views.ts'

export const hasNoSpeech = (row: StoredTranscription): boolean =>
  (row.coverage as Coverage | null)?.noSpeechFound === true
