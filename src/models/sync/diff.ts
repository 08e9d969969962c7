/** What a provider's list would change, as it is stored, sent and shown: plain JSON. */
import type { JsonValue } from '../../gateway/index.ts'
import type { RemovalCause } from './catalog-row.ts'

export interface FieldChange {
  readonly field: string
  readonly from: JsonValue
  readonly to: JsonValue
  /** Where the new value comes from. */
  readonly source: string
}

export interface ListDiff {
  readonly provider: string
  /** Models in the list. */
  readonly listed: number
  /** Of them, kinds that we have no use for: video, voices, moderation. */
  readonly ignored: number
  /** Rows of ours that were on before. */
  readonly activeBefore: number
  readonly added: readonly {
    readonly key: string
    readonly displayName: string
    readonly operations: readonly string[]
    readonly contextLength: number | null
    readonly active: boolean
  }[]
  readonly removed: readonly { readonly key: string; readonly cause: RemovalCause; readonly reason: string }[]
  /** Proposals to switch on again. */
  readonly back: readonly { readonly key: string; readonly reason: string }[]
  readonly updated: readonly { readonly key: string; readonly changes: readonly FieldChange[] }[]
  /** What the list says and was not believed, or cannot be acted on. */
  readonly notes: readonly { readonly key: string; readonly note: string }[]
}

export const isUnchanged = ({ added, removed, back, updated }: ListDiff): boolean =>
  added.length + removed.length + back.length + updated.length === 0
