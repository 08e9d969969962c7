/** What the built-in rules can't do is refused before any work, in words that say what to do instead. */
import { AppError } from '../../errors.ts'
import type { TranscriptionsDependencies } from '../dependencies.ts'
import type { TextKind } from '../types.ts'
import type { TextOrder } from './text-order.ts'

const NAMES: Readonly<Partial<Record<TextKind, string>>> = {
  lecture_notes: 'lecture notes',
  translation: 'translations',
}

const isSaid = (text: string | undefined): boolean => text !== undefined && text.trim() !== ''

/** What of an order takes a model, or null. */
const whyUnable = (kind: TextKind, order: Partial<TextOrder>): string | null => {
  const name = NAMES[kind]
  if (name !== undefined) return `makes no ${name}`
  if (order.template !== undefined) return 'follows no templates'
  if (isSaid(order.customInstruction) || order.enhancementMode === 'custom') return 'follows no instructions'
  if (order.enhancementMode === 'formal') return 'cannot rewrite a text formally'
  return order.summaryVariant === 'action-items' ? 'cannot tell tasks from other sentences' : null
}

/** @param model as it will be asked, after “best” and its like were chosen */
export const refuseUnable = (
  shop: Pick<TranscriptionsDependencies, 'isBuiltIn' | 'describeModel'>,
  model: string,
  kind: TextKind,
  order: Partial<TextOrder>,
): void => {
  if (!shop.isBuiltIn(model)) return
  const why = whyUnable(kind, order)
  if (why === null) return
  const found = shop.describeModel(model)
  throw new AppError('unsupported-capability', `${found?.displayName ?? model} ${why}; choose an AI model for this`, {
    details: { provider: found?.provider, model: found?.model, capability: kind },
  })
}
