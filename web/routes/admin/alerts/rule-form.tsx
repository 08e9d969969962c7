/** From which value on something is told, how often, and what follows. */
import { Button, Group, NumberInput, Select, SimpleGrid, Stack } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { severities, updateAlertRule, type AlertRuleView } from '../../../../src/http/contract/alerts.ts'
import { call } from '../../../api.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { useAct } from '../use-act.ts'
import { rounded, toShown, toStored } from './rule-threshold.ts'

type RuleChange = z.input<typeof updateAlertRule.body>

/** Fields as they are written: an empty one is no number. */
interface Values {
  threshold: number | string
  windowMinutes: number | string
  minimumSamples: number | string
  coolDownMinutes: number | string
  severity: AlertRuleView['severity']
  recovery: AlertRuleView['recovery']
}

const valuesOf = (rule: AlertRuleView): Values => ({
  threshold: rule.threshold === null ? '' : rounded(toShown(rule, rule.threshold)),
  windowMinutes: rule.windowMinutes ?? '',
  minimumSamples: rule.minimumSamples ?? '',
  coolDownMinutes: rule.coolDownMinutes,
  severity: rule.severity,
  recovery: rule.recovery,
})

const toChange = (rule: AlertRuleView, values: Values): RuleChange => {
  const { threshold, windowMinutes, minimumSamples, coolDownMinutes, severity, recovery } = values
  return {
    severity,
    ...(threshold !== '' && { threshold: rounded(toStored(rule, Number(threshold))) }),
    ...(windowMinutes !== '' && { windowMinutes: Number(windowMinutes) }),
    ...(minimumSamples !== '' && { minimumSamples: Number(minimumSamples) }),
    ...(coolDownMinutes !== '' && { coolDownMinutes: Number(coolDownMinutes) }),
    ...(recovery !== null && { recovery }),
  }
}

interface FieldsProps {
  rule: AlertRuleView
  values: Values
  onChange: (fields: Partial<Values>) => void
}

const Numbers = ({ rule, values, onChange }: FieldsProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <>
      {rule.unit !== null && (
        <NumberInput
          label={t('admin.ruleForm.threshold', { unit: t(`admin.ruleForm.unit.${rule.unit}`) })}
          value={values.threshold}
          onChange={(threshold) => onChange({ threshold })}
          min={0}
        />
      )}
      {rule.windowMinutes !== null && (
        <NumberInput
          label={t('admin.ruleForm.window')}
          value={values.windowMinutes}
          onChange={(windowMinutes) => onChange({ windowMinutes })}
          min={5}
          max={10_080}
        />
      )}
      {rule.minimumSamples !== null && (
        <NumberInput
          label={t('admin.ruleForm.samples')}
          value={values.minimumSamples}
          onChange={(minimumSamples) => onChange({ minimumSamples })}
          min={1}
        />
      )}
      <NumberInput
        label={t('admin.ruleForm.coolDown')}
        value={values.coolDownMinutes}
        onChange={(coolDownMinutes) => onChange({ coolDownMinutes })}
        min={0}
        max={10_080}
      />
    </>
  )
}

const Choices = ({ rule, values, onChange }: FieldsProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <>
      <Select
        label={t('admin.ruleForm.severity')}
        data={severities.map((value) => ({ value, label: t(`admin.alerts.severity.${value}`) }))}
        value={values.severity}
        onChange={(severity) => severity !== null && onChange({ severity })}
        allowDeselect={false}
      />
      {rule.recovery !== null && (
        <Select
          label={t('admin.ruleForm.recovery')}
          data={(['propose', 'enable'] as const).map((value) => ({
            value,
            label: t(`admin.ruleForm.recoveries.${value}`),
          }))}
          value={values.recovery}
          onChange={(recovery) => recovery !== null && onChange({ recovery })}
          allowDeselect={false}
        />
      )}
    </>
  )
}

export const RuleForm = ({ rule, onClose }: { rule: AlertRuleView; onClose: () => void }): ReactElement => {
  const { t } = useTranslation()
  const [values, setValues] = useState(() => valuesOf(rule))
  const change = (fields: Partial<Values>): void => setValues((before) => ({ ...before, ...fields }))
  const save = useAct({
    quiet: true,
    run: async () => await call(updateAlertRule, { params: { kind: rule.kind }, body: toChange(rule, values) }),
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
          <Numbers rule={rule} values={values} onChange={change} />
          <Choices rule={rule} values={values} onChange={change} />
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
