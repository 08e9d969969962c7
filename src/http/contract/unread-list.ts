/** A provider whose list told nothing when it was last asked for. */
import { z } from 'zod'
import { becauseSchema } from './reason.ts'
import { timestamp } from './route.ts'

/** A list that could not be read, or was not believed, when it was last asked for: rows keep what was seen before. */
export const unreadListSchema = z.object({
  at: timestamp,
  /** Null when the list is held for an administrator. */
  errorCode: z.string().nullable(),
  message: z.string(),
  because: becauseSchema,
})
export type UnreadList = z.infer<typeof unreadListSchema>
