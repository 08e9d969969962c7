/** What the making of a text is charged as: reserved when it is ordered, and again should that have run out. Pure. */
import type { ChargeOrder } from '../charging.ts'
import type { TextKind } from '../types.ts'
import type { StoredTranscription } from '../views.ts'
import { operationOfKind } from './text-order.ts'

export const chargeOrderOf = (
  row: Pick<StoredTranscription, 'id' | 'user_id' | 'duration_second'>,
  text: { readonly id: string; readonly kind: Exclude<TextKind, 'raw' | 'cleaned'> },
  { model, source }: { readonly model: string; readonly source: string },
): ChargeOrder => ({
  userId: row.user_id,
  transcriptionId: row.id,
  workId: text.id,
  operation: operationOfKind[text.kind],
  model,
  size: { characters: source.length, seconds: row.duration_second },
})
