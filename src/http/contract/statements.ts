/** Sentences that the server wrote, to be read in the language of the page: a code and what goes into the sentence. */
import { z } from 'zod'

export { say } from '../../statements/say.ts'

/** Null: no such sentence, or a row of a version before codes; then the English text beside it is all there is. */
export const statementSchema = z.object({ code: z.string(), parameters: z.record(z.string(), z.unknown()) }).nullable()
export type StatementView = z.infer<typeof statementSchema>
