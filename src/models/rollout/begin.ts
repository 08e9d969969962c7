/** Begins a rollout: which models, and that neither takes part in another one. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import type { Catalog, ModelRow } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import { statement } from '../../statements/statement.ts'
import { DEFAULT_PLAN, type RolloutPlan } from './decide.ts'
import { createRolloutsStore, type RolloutsStore, type StoredRollout } from './rollouts.store.ts'
import { kept } from './take-step.ts'

export interface NewRollout {
  readonly name?: string | undefined
  readonly control: string
  readonly candidate: string
  readonly plan?: { readonly [Field in keyof RolloutPlan]?: RolloutPlan[Field] | undefined } | undefined
}

const refOf = ({ provider, key }: Pick<ModelRow, 'provider' | 'key'>): string => `${provider}/${key}`

const refuse = (field: string, message: string): AppError =>
  new AppError('invalid-request', message, { details: { fields: [{ field, message }] } })

const checkPlan = ({ stages }: RolloutPlan): void => {
  const grows = stages.every((percent, at) => at === 0 || percent > (stages[at - 1] ?? 0))
  if (!grows || stages.at(-1) !== 100) throw refuse('plan.stages', 'Stages grow, and the last one is 100')
}

const checkModels = (control: ModelRow, candidate: ModelRow): void => {
  if (control === candidate) throw new AppError('invalid-request', 'A model cannot take over from itself')
  const lacking = control.operations.find((operation) => !candidate.operations.includes(operation))
  if (lacking === undefined) return
  throw new AppError('invalid-request', `${refOf(candidate)} cannot do what ${refOf(control)} does: ${lacking}`)
}

const checkFree = async (store: Pick<RolloutsStore, 'inEffect'>, names: readonly string[]): Promise<void> => {
  const taken = (await store.inEffect()).find(({ control, candidate, status }) => {
    // A completed one only keeps its control: its candidate is an ordinary model again, which may be replaced.
    const parts = status === 'completed' ? [control] : [control, candidate]
    return names.some((name) => parts.includes(name))
  })
  if (taken === undefined) return
  const message = `${taken.control} and ${taken.candidate} take part in the rollout “${taken.name}”; end it first`
  throw new AppError('conflict', message, { details: { rolloutId: taken.id } })
}

export interface BeginDeps {
  readonly db: Kysely<Database>
  readonly catalog: Pick<Catalog, 'find'>
  readonly clock: Clock
}

/** Errors: `invalid-request`; `conflict`, when one of the models takes part in another rollout. */
export const createBegin = ({ db, catalog, clock }: BeginDeps) => {
  const model = (name: string, field: 'control' | 'candidate'): ModelRow => {
    const row = catalog.find(name)
    if (row === null) throw refuse(field, `The catalog has no model “${name}”`)
    if (!row.active) throw refuse(field, `${refOf(row)} is switched off`)
    return row
  }

  return async (wish: NewRollout, by: string): Promise<StoredRollout> => {
    const plan: RolloutPlan = { ...DEFAULT_PLAN, ...(wish.plan as Partial<RolloutPlan>) }
    checkPlan(plan)
    const [control, candidate] = [model(wish.control, 'control'), model(wish.candidate, 'candidate')]
    checkModels(control, candidate)
    const [percent = 10] = plan.stages
    const now = new Date(clock.now())
    const began = { ...kept(statement('rollout-began')), comparisons: [] }
    const rollout: StoredRollout = {
      id: createId(clock.now()),
      name: wish.name ?? `${candidate.displayName} in place of ${control.displayName}`,
      control: refOf(control),
      candidate: refOf(candidate),
      plan,
      status: 'running',
      stage: 0,
      percent,
      ...began,
      stageStartedAt: now,
      createdAt: now,
      createdBy: by,
      endedAt: null,
      version: 0,
    }
    await db.transaction().execute(async (transaction) => {
      const store = createRolloutsStore(transaction)
      await store.keepOthersOut()
      await checkFree(store, [rollout.control, rollout.candidate])
      await store.insert(rollout)
      const first = { id: createId(clock.now()), at: now, action: 'started' as const, by }
      await store.addDecision(rollout.id, { ...first, fromPercent: 0, toPercent: percent, ...began })
    })
    return rollout
  }
}
