/** How much text a request may carry after one was refused: by what the refusal taught, or by who else could answer. */
import { toAppError } from '../../errors.ts'
import type { TextRoom } from '../dependencies.ts'
import { isTooLong, type TextWork } from './text-work.ts'

interface TooSmall {
  readonly ref: string
  readonly limit: number
}

/** Models that were passed over only because the text is too long for them. */
const tooSmallOf = (thrown: unknown): TooSmall[] => {
  const { skipped } = toAppError(thrown).details
  if (!Array.isArray(skipped)) return []
  return (skipped as readonly Record<string, unknown>[]).flatMap(({ kind, provider, model, details }) => {
    const limit = (details as Record<string, unknown> | undefined)?.['contextLimit']
    return kind === 'context' && typeof limit === 'number'
      ? [{ ref: `${String(provider)}/${String(model)}`, limit }]
      : []
  })
}

/**
 * A limit error has corrected the catalog by now, so the model's room is read anew. When all who could take the text
 * have failed, those that are too small for it can answer in more parts. Null: dividing can't help.
 */
export const roomAfter = async (work: TextWork, thrown: unknown): Promise<TextRoom | null> => {
  const { shop, room } = work
  if (isTooLong(thrown)) return room.model === null ? room : shop.textRoom(room.model)
  const [largest] = tooSmallOf(thrown).sort((a, b) => b.limit - a.limit)
  return largest === undefined ? null : shop.textRoom(largest.ref)
}
