/**
 * Can this model be used now? In the catalog, switched on, its provider set up, and really served: answered from what is
 * remembered where possible. A provider that cannot be asked leaves the answer open; it never reads as "not found".
 */
import { AppError, type ErrorCode } from '../../errors.ts'
import { normalizeName } from '../../gateway/catalog/name.ts'
import type { Catalog, ModelRow, Operation } from '../../gateway/index.ts'
import { sayAlone } from '../../reasons.ts'
import { createJudge, type JudgeDeps, type Judgement, type Verdict } from './judge-model.ts'

export interface Validation {
  readonly verdict: Verdict
  /** Null: it cannot be told now. */
  readonly available: boolean | null
  /** Why not, or why nobody knows, in words; null when it is available. */
  readonly reason: string | null
  readonly row: ModelRow | null
  /** The nearest models that can be used, by capability, size and price. */
  readonly suggestions: readonly ModelRow[]
  readonly checkedAtMs: number
  readonly source: 'cache' | 'live'
}

/** What is known of a model without asking anybody. */
export interface Glance {
  readonly verdict: Verdict
  readonly available: boolean | null
  readonly reason: string | null
  /** When it was seen so; null while nobody looked. */
  readonly checkedAtMs: number | null
}

export interface ValidationDeps extends JudgeDeps {
  readonly catalog: Pick<Catalog, 'find' | 'resolve' | 'suggest'>
}

export interface ModelValidation {
  /** `fresh`: a list that is older than a minute is not enough. */
  validate(provider: string, key: string, signal?: AbortSignal, fresh?: boolean): Promise<Validation>
  /**
   * Throws `model-unknown`, `model-inactive`, `credential-missing` or `model-not-found`, with live models to take instead
   * in the details, and what it was wanted for. A list that is older than a minute is not enough here. What cannot be told
   * now passes: the request itself has fallbacks.
   */
  assertModelUsable(ref: string, operation: string, signal?: AbortSignal): Promise<void>
  /** For lists of many models: nobody is asked. */
  glance(row: ModelRow): Glance
  /** Asks every provider for its list where what is remembered is old; a silent one is waited for only so long. */
  askAll(signal?: AbortSignal): Promise<void>
}

const MOST_SUGGESTIONS = 3
/** Looked at for suggestions: some of the nearest may not be usable. */
const CANDIDATES = 24

const refOf = ({ provider, key }: ModelRow): string => `${provider}/${key}`

const AVAILABLE: Readonly<Record<Verdict, boolean | null>> = {
  available: true,
  unconfirmed: null,
  'provider-unreachable': null,
  'not-in-catalog': false,
  inactive: false,
  'not-set-up': false,
  'not-served': false,
}

/** What a model that cannot be used is refused with; what cannot be told now is missing here, and passes. */
const REFUSALS: Partial<Record<Verdict, ErrorCode>> = {
  'not-in-catalog': 'model-unknown',
  inactive: 'model-inactive',
  'not-set-up': 'credential-missing',
  'not-served': 'model-not-found',
}

export const createModelValidation = (deps: ValidationDeps): ModelValidation => {
  const { catalog, lists, targets, isBuiltIn, clock } = deps
  const judge = createJudge(deps)

  /** Those that are known to live first: where a list proves nothing, the nearest one may not answer either. */
  const nearest = (row: ModelRow): readonly ModelRow[] => {
    const operation: Operation = row.operations[0] ?? 'chat'
    const usable = catalog
      .suggest(row, operation, CANDIDATES)
      .filter((one) => !isBuiltIn(one.provider))
      .filter(judge.isUsable)
    const lives = (one: ModelRow): boolean => judge.remembered(one).verdict === 'available'
    return [...usable.filter(lives), ...usable.filter((one) => !lives(one))].slice(0, MOST_SUGGESTIONS)
  }

  const complete = (row: ModelRow | null, told: Judgement, suggestions: readonly ModelRow[]): Validation => ({
    row,
    verdict: told.verdict,
    available: AVAILABLE[told.verdict],
    reason: told.reason,
    suggestions,
    checkedAtMs: told.checkedAtMs ?? clock.now(),
    source: told.source ?? 'cache',
  })

  const unknown = (name: string): Validation => {
    const resolved = catalog.resolve(name)
    const similar = resolved.kind === 'unknown' ? resolved.suggestions : resolved.kind === 'model' ? [resolved.row] : []
    return complete(
      null,
      { verdict: 'not-in-catalog', reason: sayAlone('unknown-named', { model: name }) },
      similar.filter(judge.isUsable).slice(0, MOST_SUGGESTIONS),
    )
  }
  const check = async (row: ModelRow, signal: AbortSignal | undefined, fresh = false): Promise<Validation> => {
    const told = await judge.ask(row, signal, fresh)
    return complete(row, told, told.verdict === 'available' ? [] : nearest(row))
  }

  return {
    async validate(provider, key, signal, fresh) {
      // A key may itself begin with its provider's id, or be given with it.
      const row = [`${provider}/${key}`, key]
        .map((name) => catalog.find(name))
        .find((one) => one?.provider === normalizeName(provider))
      return row == null ? unknown(`${provider}/${key}`) : check(row, signal, fresh)
    },
    glance(row) {
      const { verdict, reason, checkedAtMs } = judge.remembered(row)
      return { verdict, available: AVAILABLE[verdict], reason, checkedAtMs: checkedAtMs ?? null }
    },
    async askAll(signal) {
      const reachable = targets().filter(({ unreachable }) => unreachable === null)
      await Promise.all(reachable.map(({ id }) => lists.ask(id, signal)))
    },
    async assertModelUsable(ref, operation, signal) {
      const resolved = catalog.resolve(ref)
      if (resolved.kind === 'auto') return
      const { verdict, reason, row, suggestions } =
        resolved.kind === 'model' ? await check(resolved.row, signal, true) : unknown(ref)
      const details = {
        model: row?.key ?? ref,
        ...(row !== null && { provider: row.provider }),
        operation,
        suggestions: suggestions.map(refOf),
      }
      const message = `${row === null ? '' : `${row.displayName}: `}${reason}`
      const refusal = REFUSALS[verdict]
      if (refusal !== undefined) throw new AppError(refusal, message, { details })
    },
  }
}
