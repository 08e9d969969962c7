/**
 * Which alerts are told now, which wait, and which are never told. Pure.
 *
 * Nobody is told of a trouble again within its rule's cool-down, of one that was over before it was told, or of a rule that
 * is switched off. What is not critical waits a moment after the last message, so that what comes together is told together.
 */
import { statement, type Statement } from '../../statements/statement.ts'
import type { AlertKind, AlertRule, Severity } from './kinds.ts'

export interface PendingAlert {
  readonly id: string
  readonly kind: AlertKind
  readonly severity: Severity
  readonly resolved: boolean
  /** That it is open was told before. */
  readonly wasTold: boolean
  /** When the same trouble was told last, in an alert before this one. */
  readonly lastToldMs: number | null
}

export interface NoticePlan {
  readonly tell: readonly { readonly id: string; readonly event: 'opened' | 'resolved' }[]
  readonly suppress: readonly { readonly id: string; readonly why: Statement }[]
}

/** At most one message in this time, but for what is critical. */
export const GROUP_MS = 5 * 60_000
const MINUTE_MS = 60_000

type Fate = { readonly fate: 'tell' | 'wait' } | { readonly fate: 'suppress'; readonly why: Statement }

const fateOf = (alert: PendingAlert, rule: AlertRule | undefined, nowMs: number): Fate => {
  if (rule?.enabled === false) return { fate: 'suppress', why: statement('rule-off') }
  const coolDownMs = (rule?.coolDownMinutes ?? 0) * MINUTE_MS
  const cools = alert.lastToldMs !== null && nowMs - alert.lastToldMs < coolDownMs
  if (alert.resolved) {
    return { fate: 'suppress', why: statement(cools ? 'told-shortly-before' : 'over-before-told') }
  }
  // Told once the cool-down is over, should it still be there.
  return { fate: cools ? 'wait' : 'tell' }
}

export const planNotices = (
  pending: readonly PendingAlert[],
  rules: readonly AlertRule[],
  { lastMessageMs, nowMs }: { readonly lastMessageMs: number | null; readonly nowMs: number },
): NoticePlan => {
  const ruleOf = new Map(rules.map((rule) => [rule.kind, rule]))
  const untold = pending.filter(({ wasTold }) => !wasTold)
  const judged = untold.map((alert) => ({ alert, fate: fateOf(alert, ruleOf.get(alert.kind), nowMs) }))
  const opened = judged.filter(({ fate }) => fate.fate === 'tell').map(({ alert }) => alert)
  const over = pending.filter(({ wasTold, resolved }) => wasTold && resolved)
  const isUrgent = opened.some(({ severity }) => severity === 'critical')
  const mayTell = isUrgent || lastMessageMs === null || nowMs - lastMessageMs >= GROUP_MS
  return {
    suppress: judged.flatMap(({ alert, fate }) => (fate.fate === 'suppress' ? [{ id: alert.id, why: fate.why }] : [])),
    tell: mayTell
      ? [
          ...opened.map(({ id }) => ({ id, event: 'opened' as const })),
          ...over.map(({ id }) => ({ id, event: 'resolved' as const })),
        ]
      : [],
  }
}
