/** One act: what was done to what, before and after, when and by whom. */
import { Badge, Group, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertRuleView } from '../../../../src/http/contract/alerts.ts'
import type { AuditEntryView } from '../../../../src/http/contract/audit.ts'
import { Disclosure } from '../../../components/disclosure.tsx'
import { formatDateTime } from '../../../format.ts'
import { rounded, toShown } from '../alerts/rule-threshold.ts'
import { useFields } from '../use-fields.ts'
import classes from './audit.module.css'
import { SAID_BY_SUBJECT, useAuditSubject } from './use-audit-subject.ts'

/** Ids of other things say nothing to people; the technical detail has them. */
const UNSAID: readonly string[] = ['runId', 'id', 'ref']
/** Of a thing that was added or removed as a whole; the technical detail has the rest. */
const MOST_LINES = 8

interface AuditEntryProps {
  entry: AuditEntryView
  /** Their units say what a threshold is. */
  rules: readonly AlertRuleView[]
}

const useShown = ({ entry, rules }: AuditEntryProps): ((field: string, value: unknown) => string) => {
  const { t } = useTranslation()
  const fields = useFields()
  const rule = entry.action === 'alert-rule-changed' ? rules.find(({ kind }) => kind === entry.subject) : undefined
  return (field, value) =>
    field === 'threshold' && rule?.unit != null && typeof value === 'number'
      ? `${fields.show(field, rounded(toShown(rule, value)))} ${t(`admin.ruleForm.unit.${rule.unit}`)}`
      : fields.show(field, value)
}

const Changes = (props: AuditEntryProps): ReactElement => {
  const { action, before, after, details } = props.entry
  const fields = useFields()
  const show = useShown(props)
  const unsaid = [...UNSAID, ...SAID_BY_SUBJECT.flatMap(([pattern, names]) => (pattern.test(action) ? names : []))]
  const isSaid = (field: string): boolean => !unsaid.includes(field)
  const changed = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(isSaid)
  const isWhole = before === null || after === null
  const lines = [
    ...changed.flatMap((field): [string, string][] => {
      const [was, is] = [show(field, before?.[field]), show(field, after?.[field])]
      if (!isWhole) return [[field, `${was} → ${is}`]]
      const value = after === null ? was : is
      return value === '–' ? [] : [[field, value]]
    }),
    ...Object.entries(details)
      .filter(([field, value]) => isSaid(field) && show(field, value) !== '–')
      .map(([field, value]): [string, string] => [field, show(field, value)]),
  ]
  return (
    <>
      {lines.slice(0, MOST_LINES).map(([field, said]) => (
        <Text size="sm" key={field} lineClamp={4} style={{ overflowWrap: 'anywhere' }}>
          <Text span c="dimmed" inherit>
            {fields.label(field)}:
          </Text>{' '}
          {said}
        </Text>
      ))}
    </>
  )
}

export const AuditEntry = (props: AuditEntryProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const subjectOf = useAuditSubject()
  const { action, actorEmail, at, ...technical } = props.entry
  return (
    <li data-audit={action} className={classes.entry}>
      <div>
        <Text size="sm" className="tabular">
          {formatDateTime(at, i18n.language)}
        </Text>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {actorEmail}
        </Text>
      </div>
      <div>
        <Group gap={8}>
          <Badge color="gray">{t(`admin.audit.act.${action}`, { defaultValue: action })}</Badge>
        </Group>
        <Text size="sm" fw={550} mt={4} style={{ overflowWrap: 'anywhere' }}>
          {subjectOf(props.entry)}
        </Text>
      </div>
      <div>
        <Changes {...props} />
        <Disclosure label={t('problem.technicalDetail')}>{JSON.stringify(technical, null, 2)}</Disclosure>
      </div>
    </li>
  )
}
