/** What is watched, from which value on it is told, and how often. */
import { Badge, Button, Group, Switch, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { updateAlertRule, type AlertRuleView } from '../../../../src/http/contract/alerts.ts'
import { call } from '../../../api.ts'
import { alertRulesQuery } from '../admin-queries.ts'
import { QueryView } from '../query-view.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useAct } from '../use-act.ts'
import { severityColors } from './alert-list.tsx'
import { RuleForm } from './rule-form.tsx'
import { rounded, toShown } from './rule-threshold.ts'
import classes from '../admin.module.css'

const Summary = ({ rule }: { rule: AlertRuleView }): ReactElement => {
  const { t } = useTranslation()
  const parts = [
    rule.threshold === null || rule.unit === null
      ? null
      : t('admin.ruleForm.from', {
          value: `${rounded(toShown(rule, rule.threshold))} ${t(`admin.ruleForm.unit.${rule.unit}`)}`,
        }),
    rule.windowMinutes === null ? null : t('admin.ruleForm.within', { minutes: rule.windowMinutes }),
    rule.minimumSamples === null ? null : t('admin.ruleForm.atLeast', { count: rule.minimumSamples }),
    t('admin.ruleForm.notAgain', { minutes: rule.coolDownMinutes }),
    rule.recovery === null ? null : t(`admin.ruleForm.recoveries.${rule.recovery}`),
  ]
  return (
    <Text size="sm" c="dimmed" className="tabular">
      {parts.filter((part) => part !== null).join(' · ')}
    </Text>
  )
}

const Rule = ({ rule }: { rule: AlertRuleView }): ReactElement => {
  const { t } = useTranslation()
  const [editing, setEditing] = useState(false)
  const title = t(`admin.alerts.kind.${rule.kind}.title`)
  const toggle = useAct({
    run: async (enabled: boolean) => await call(updateAlertRule, { params: { kind: rule.kind }, body: { enabled } }),
  })
  return (
    <li data-rule={rule.kind}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ flex: '1 1 320px', minWidth: 0 }}>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {title}
            </Text>
            <Badge color={severityColors[rule.severity]}>{t(`admin.alerts.severity.${rule.severity}`)}</Badge>
          </Group>
          <Text size="sm">{t(`admin.alerts.kind.${rule.kind}.hint`)}</Text>
          <Summary rule={rule} />
          {rule.changedBy !== null && (
            <Text size="xs" c="dimmed">
              {t('admin.changedBy', { name: rule.changedBy })} <TimeAgo iso={rule.changedAt} />
            </Text>
          )}
        </div>
        <Group gap="sm">
          {!editing && (
            <Button
              size="xs"
              variant="default"
              aria-label={t('admin.editNamed', { name: title })}
              onClick={() => setEditing(true)}
            >
              {t('admin.edit')}
            </Button>
          )}
          <Switch
            aria-label={t('admin.ruleForm.watchNamed', { name: title })}
            checked={rule.enabled}
            disabled={toggle.isPending}
            onChange={(event) => toggle.mutate(event.currentTarget.checked)}
          />
        </Group>
      </Group>
      {editing && <RuleForm rule={rule} onClose={() => setEditing(false)} />}
    </li>
  )
}

export const RulesSection = (): ReactElement => {
  const rules = useQuery(alertRulesQuery)
  return (
    <QueryView query={rules} lines={8}>
      {({ items }) => (
        <ul className={`card ${classes.list ?? ''}`} style={{ padding: '14px 18px' }}>
          {items.map((rule) => (
            <Rule key={rule.kind} rule={rule} />
          ))}
        </ul>
      )}
    </QueryView>
  )
}
