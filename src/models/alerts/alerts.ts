/** Alerts for administrators: what is open, the rules behind it, and the channels that carry it. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'
import {
  deliveriesOf,
  listAlerts,
  resolveAlert,
  type Alert,
  type AlertDelivery,
  type AlertQuery,
} from './alerts.store.ts'
import type { Channels } from './channels/channels.ts'
import { RULE_KINDS, type AlertKind, type AlertRule, type RuleKind } from './kinds.ts'
import { allRules, keepRule, ruleOf, type KeptRule } from './rules.store.ts'

export interface ShownRule extends KeptRule, Pick<RuleKind, 'description' | 'unit'> {
  readonly defaultThreshold: number | null
}

export interface ShownAlert extends Alert {
  readonly deliveries: readonly AlertDelivery[]
}

export type RuleEdit = { readonly [Field in Exclude<keyof AlertRule, 'kind'>]?: AlertRule[Field] | undefined }

export interface Alerts {
  readonly channels: Channels
  rules(): Promise<ShownRule[]>
  /** `invalid-request` for a value that the rule does not have. */
  changeRule(kind: AlertKind, edit: RuleEdit, by: string): Promise<{ before: ShownRule; after: ShownRule }>
  list(query: AlertQuery): Promise<{ items: ShownAlert[]; total: number }>
  resolve(id: string, by: string): Promise<ShownAlert>
}

const toShown = (rule: KeptRule): ShownRule => {
  const { description, unit, threshold } = RULE_KINDS[rule.kind]
  return { ...rule, description, unit, defaultThreshold: threshold }
}

/** A threshold for a rule that has none would be kept and never read. */
const checkEdit = (kind: AlertKind, edit: RuleEdit): void => {
  const has: Readonly<Record<string, boolean>> = {
    threshold: RULE_KINDS[kind].unit !== null,
    windowMinutes: RULE_KINDS[kind].windowMinutes !== null,
    minimumSamples: RULE_KINDS[kind].minimumSamples !== null,
    recovery: RULE_KINDS[kind].recovery !== null,
  }
  const wrong = Object.entries(edit).find(([field, value]) => value !== undefined && has[field] === false)?.[0]
  const message = `The rule ${kind} has no ${wrong ?? ''}`
  if (wrong !== undefined)
    throw new AppError('invalid-request', message, { details: { fields: [{ field: wrong, message }] } })
  const isShare = RULE_KINDS[kind].unit === 'share'
  if (isShare && typeof edit.threshold === 'number' && edit.threshold > 1) {
    const told = 'Write a share from 0 to 1: 0.1 is ten in a hundred'
    throw new AppError('invalid-request', told, { details: { fields: [{ field: 'threshold', message: told }] } })
  }
}

export const createAlerts = (deps: {
  readonly db: Kysely<Database>
  readonly channels: Channels
  readonly clock: Clock
}): Alerts => {
  const { db, channels, clock } = deps
  const now = (): Date => new Date(clock.now())
  const withDeliveries = async (alerts: readonly Alert[]): Promise<ShownAlert[]> => {
    const deliveries = await deliveriesOf(
      db,
      alerts.map(({ id }) => id),
    )
    return alerts.map((alert) => ({ ...alert, deliveries: deliveries.get(alert.id) ?? [] }))
  }
  return {
    channels,
    rules: async () => (await allRules(db)).map(toShown),
    async changeRule(kind, edit, by) {
      checkEdit(kind, edit)
      const before = await ruleOf(db, kind)
      const given = Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined))
      await keepRule(db, { ...before, ...given }, by, now())
      return { before: toShown(before), after: toShown(await ruleOf(db, kind)) }
    },
    async list(query) {
      const { items, total } = await listAlerts(db, query)
      return { items: await withDeliveries(items), total }
    },
    async resolve(id, by) {
      const alert = await resolveAlert(db, id, by, now())
      const [shown] = alert === undefined ? [] : await withDeliveries([alert])
      if (shown === undefined) throw new AppError('not-found', 'There is no such alert', { details: { id } })
      return shown
    },
  }
}
