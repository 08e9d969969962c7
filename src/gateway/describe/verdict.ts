/** What was done to a parameter, and by whose rule. Pure. */
import type { Note } from '../types/attempts.ts'
import type { JsonValue } from '../types/json.ts'
import type { Probe } from './probes.ts'
import { isSame, type SentField } from './wire-difference.ts'

/** `mapped`: another value, or another place than a plain field. `capped`: less of it. */
export type ParameterFate = 'sent' | 'renamed' | 'mapped' | 'capped' | 'dropped' | 'refused'
/** `format`: the provider's wire format itself. */
export type RuleOwner = 'format' | 'provider' | 'model' | 'learned'

/** What one way of writing made of a parameter. */
export type Outcome =
  | { readonly refused: string }
  | { readonly refused: null; readonly sent: readonly SentField[]; readonly notes: readonly Note[] }

const isLess = (given: JsonValue, sent: JsonValue): boolean => {
  if (typeof given === 'number' && typeof sent === 'number') return sent < given
  return Array.isArray(given) && Array.isArray(sent) && isSame(sent, given.slice(0, sent.length))
}

/** Told from what is sent alone; `plainest` is what the bare wire format makes of it. */
export const fateOf = (probe: Probe, outcome: Outcome, plainest: Outcome): ParameterFate => {
  if (outcome.refused !== null) return 'refused'
  const [first, ...others] = outcome.sent
  if (first === undefined || outcome.notes.some(({ kind }) => kind === 'parameter-dropped')) return 'dropped'
  if (probe.structured === true) return isSame(outcome.sent, plainSent(plainest)) ? 'sent' : 'mapped'
  // A form holds text only.
  const keepsValue = isSame(first.value, probe.given) || first.value === JSON.stringify(probe.given)
  if (keepsValue && others.length === 0) return first.name === plainSent(plainest)[0]?.name ? 'sent' : 'renamed'
  if (probe.stream === true) return 'sent'
  return others.length === 0 && isLess(probe.given, first.value) ? 'capped' : 'mapped'
}

export const plainSent = (outcome: Outcome): readonly SentField[] => (outcome.refused === null ? outcome.sent : [])

/** The owner of the last change on the way from the bare format to what is sent. */
export const ownerOf = <Value>(steps: readonly { readonly owner: RuleOwner; readonly value: Value }[]): RuleOwner =>
  steps.reduce<{ owner: RuleOwner; value: Value | undefined }>(
    (last, step) => (last.value !== undefined && isSame(last.value, step.value) ? last : step),
    { owner: 'format', value: undefined },
  ).owner
