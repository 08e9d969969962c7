/** What the built-in rules can't do is refused before any work, in words that say what to do instead. */
import { AppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { TranscriptionsDependencies } from '../dependencies.ts'
import type { TextKind } from '../types.ts'
import type { TextOrder } from './text-order.ts'

const KINDS: Readonly<Partial<Record<TextKind, string>>> = {
  lecture_notes: 'lecture notes',
  translation: 'translations',
}

const isSaid = (text: string | undefined): boolean => text !== undefined && text.trim() !== ''

/** What of an order takes a model, or null. */
const whyUnable = (name: string, textKind: TextKind, order: Partial<TextOrder>): string | null => {
  const kind = KINDS[textKind]
  if (kind !== undefined) return sayReason('rules-make-no', { name, kind })
  if (order.template !== undefined) return sayReason('rules-no-templates', { name })
  if (isSaid(order.customInstruction) || order.enhancementMode === 'custom')
    return sayReason('rules-no-instructions', { name })
  if (order.enhancementMode === 'formal') return sayReason('rules-not-formal', { name })
  return order.summaryVariant === 'action-items' ? sayReason('rules-no-tasks', { name }) : null
}

/** @param model as it will be asked, after “best” and its like were chosen */
export const refuseUnable = (
  shop: Pick<TranscriptionsDependencies, 'isBuiltIn' | 'describeModel'>,
  model: string,
  kind: TextKind,
  order: Partial<TextOrder>,
): void => {
  if (!shop.isBuiltIn(model)) return
  const found = shop.describeModel(model)
  const why = whyUnable(found?.displayName ?? model, kind, order)
  if (why === null) return
  throw new AppError('unsupported-capability', why, {
    details: { provider: found?.provider, model: found?.model, capability: kind },
  })
}
