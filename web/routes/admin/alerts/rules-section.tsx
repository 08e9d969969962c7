/** What is watched, from which value on it is told, and how often. */
import { Badge, Button, Group, NumberInput, Select, SimpleGrid, Stack, Switch, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { severities, updateAlertRule, type AlertRuleView } from '../../../../src/http/contract/alerts.ts'
import { call } from '../../../api.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { alertRulesQuery } from '../admin-queries.ts'
import { QueryView } from '../query-view.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useAct } from '../use-act.ts'
import { severityColors } from './alert-list.tsx'
import classes from '../admin.module.css'

type RuleChange = z.input<typeof updateAlertRule.body>

/** People write shares in per cent. */
const toShown = (rule: AlertRuleView, value: number): number => (rule.unit === 'share' ? value * 100 : value)
const toStored = (rule: AlertRuleView, value: number): number => (rule.unit === 'share' ? value / 100 : value)
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6

interface EditorProps {
  rule: AlertRuleView
  onClose: () => void
}

const Editor = ({ rule, onClose }: EditorProps): ReactElement => {
  const { t } = useTranslation()
  const [threshold, setThreshold] = useState<number | string>(
    rule.threshold === null ? '' : rounded(toShown(rule, rule.threshold)),
  )
  const [windowMinutes, setWindowMinutes] = useState<number | string>(rule.windowMinutes ?? '')
  const [minimumSamples, setMinimumSamples] = useState<number | string>(rule.minimumSamples ?? '')
  const [coolDownMinutes, setCoolDownMinutes] = useState<number | string>(rule.coolDownMinutes)
  const [severity, setSeverity] = useState(rule.severity)
  const [recovery, setRecovery] = useState(rule.recovery)
  const save = useAct({
    quiet: true,
    run: async () => {
      const body: RuleChange = {
        severity,
        ...(threshold !== '' && { threshold: rounded(toStored(rule, Number(threshold))) }),
        ...(windowMinutes !== '' && { windowMinutes: Number(windowMinutes) }),
        ...(minimumSamples !== '' && { minimumSamples: Number(minimumSamples) }),
        ...(coolDownMinutes !== '' && { coolDownMinutes: Number(coolDownMinutes) }),
        ...(recovery !== null && { recovery }),
      }
      return await call(updateAlertRule, { params: { kind: rule.kind }, body })
    },
    done: () => t('settings.saved'),
    onSuccess: onClose,
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(undefined)
      }}
    >
      <Stack gap="sm" mt="sm">
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          {rule.unit !== null && (
            <NumberInput
              label={t('admin.ruleForm.threshold', { unit: t(`admin.ruleForm.unit.${rule.unit}`) })}
              value={threshold}
              onChange={setThreshold}
              min={0}
            />
          )}
          {rule.windowMinutes !== null && (
            <NumberInput
              label={t('admin.ruleForm.window')}
              value={windowMinutes}
              onChange={setWindowMinutes}
              min={5}
              max={10_080}
            />
          )}
          {rule.minimumSamples !== null && (
            <NumberInput
              label={t('admin.ruleForm.samples')}
              value={minimumSamples}
              onChange={setMinimumSamples}
              min={1}
            />
          )}
          <NumberInput
            label={t('admin.ruleForm.coolDown')}
            value={coolDownMinutes}
            onChange={setCoolDownMinutes}
            min={0}
            max={10_080}
          />
          <Select
            label={t('admin.ruleForm.severity')}
            data={severities.map((value) => ({ value, label: t(`admin.alerts.severity.${value}`) }))}
            value={severity}
            onChange={(value) => value !== null && setSeverity(value)}
            allowDeselect={false}
          />
          {rule.recovery !== null && (
            <Select
              label={t('admin.ruleForm.recovery')}
              data={(['propose', 'enable'] as const).map((value) => ({
                value,
                label: t(`admin.ruleForm.recoveries.${value}`),
              }))}
              value={recovery}
              onChange={(value) => value !== null && setRecovery(value)}
              allowDeselect={false}
            />
          )}
        </SimpleGrid>
        {save.error !== null && <ProblemAlert error={save.error} />}
        <Group gap="xs">
          <Button type="submit" size="xs" loading={save.isPending}>
            {t('action.save')}
          </Button>
          <Button size="xs" variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

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
      {editing && <Editor rule={rule} onClose={() => setEditing(false)} />}
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
