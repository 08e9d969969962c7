/** Options of the next upload, as they were last time: in this browser at once, and with the account for other ones. */
import { useState } from 'react'
import { transcriptionOptionsSchema, type TranscriptionOptions } from '../../../src/http/contract/transcriptions.ts'
import { useMe } from '../../session/me.ts'
import { useChangePreferences } from '../../session/use-preferences.ts'

export type UploadOptions = Partial<TranscriptionOptions>

/** What is remembered may be from an older version: what no longer fits is left out, field by field. */
export const readRemembered = (stored: Record<string, unknown> | undefined): TranscriptionOptions => {
  const kept = Object.entries(stored ?? {}).filter(([name, value]) => {
    const field = (
      transcriptionOptionsSchema.shape as Record<string, { safeParse: (value: unknown) => { success: boolean } }>
    )[name]
    return field?.safeParse(value).success === true && name !== 'title'
  })
  return transcriptionOptionsSchema.parse(Object.fromEntries(kept))
}

export const useUploadOptions = () => {
  const me = useMe()
  const changePreferences = useChangePreferences()
  const [options, setOptions] = useState<UploadOptions>(() => readRemembered(me.preferences.uploadDefaults))
  return {
    options,
    change: (fields: UploadOptions): void => setOptions((before) => ({ ...before, ...fields })),
    remember: (): void => changePreferences({ uploadDefaults: { ...options } }),
  }
}
