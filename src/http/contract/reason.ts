/** Sentences of this server as data, so that a page says them in its reader's language. */
import { z } from 'zod'

/**
 * What the English sentence beside it says: a code of `src/reasons.ts` and what was put in. A parameter is a text, a
 * number, or such an object again. Null where the sentence is somebody else's: a provider's words, an administrator's.
 */
export const becauseSchema = z.object({ code: z.string(), parameters: z.record(z.string(), z.unknown()) }).nullable()
export type Because = z.infer<typeof becauseSchema>
