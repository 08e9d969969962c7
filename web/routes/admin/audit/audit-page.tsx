/** What administrators did: who, what, when, before and after. */
import { Group, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { IconHistory } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { AuditEntryView } from '../../../../src/http/contract/audit.ts'
import { EmptyState } from '../../../components/empty-state.tsx'
import { PageChoice } from '../../../components/page-choice.tsx'
import { Page } from '../../../components/page.tsx'
import { alertRulesQuery, auditQuery } from '../admin-queries.ts'
import { QueryView } from '../query-view.tsx'
import { AuditEntry } from './audit-entry.tsx'
import classes from './audit.module.css'

const pageSize = 50

const Entries = ({ items }: { items: readonly AuditEntryView[] }): ReactElement => {
  const rules = useQuery(alertRulesQuery)
  return (
    <ul className={`card ${classes.list ?? ''}`}>
      {items.map((entry) => (
        <AuditEntry key={entry.id} entry={entry} rules={rules.data?.items ?? []} />
      ))}
    </ul>
  )
}

export const AuditPage = (): ReactElement => {
  const { t } = useTranslation()
  const [actor, setActor] = useState('')
  const [subject, setSubject] = useState('')
  const [action, setAction] = useState<string | null>(null)
  const [page, setPage] = useState(1)
  const [settled] = useDebouncedValue({ actor: actor.trim(), subject: subject.trim() }, 300)
  const audit = useQuery(
    auditQuery({
      ...(settled.actor !== '' && { actor: settled.actor }),
      ...(settled.subject !== '' && { subject: settled.subject }),
      ...(action !== null && { action }),
      offset: (page - 1) * pageSize,
    }),
  )
  const first = <Value,>(set: (value: Value) => void) => {
    return (value: Value): void => {
      set(value)
      setPage(1)
    }
  }
  return (
    <Page title={t('admin.nav.audit')} description={t('admin.audit.description')} width={1280}>
      <Group gap="sm" mb="md">
        <TextInput
          w={{ base: '100%', sm: 220 }}
          aria-label={t('admin.audit.who')}
          placeholder={t('admin.audit.who')}
          value={actor}
          onChange={(event) => first(setActor)(event.currentTarget.value)}
        />
        <Select
          w={{ base: '100%', sm: 240 }}
          aria-label={t('admin.audit.what')}
          placeholder={t('admin.audit.what')}
          data={(audit.data?.actions ?? []).map((value) => ({
            value,
            label: t(`admin.audit.act.${value}`, { defaultValue: value }),
          }))}
          value={action}
          onChange={first(setAction)}
          clearable
          searchable
        />
        <TextInput
          w={{ base: '100%', sm: 220 }}
          aria-label={t('admin.audit.subject')}
          placeholder={t('admin.audit.subject')}
          value={subject}
          onChange={(event) => first(setSubject)(event.currentTarget.value)}
        />
      </Group>
      <QueryView query={audit} lines={8}>
        {({ items, total }) => (
          <>
            <Text size="xs" c="dimmed" role="status" mb={6}>
              {t('admin.audit.count', { count: total })}
            </Text>
            {items.length === 0 ? (
              <EmptyState icon={<IconHistory size={40} stroke={1.3} aria-hidden />} title={t('admin.audit.none')}>
                {t('admin.audit.noneHint')}
              </EmptyState>
            ) : (
              <Entries items={items} />
            )}
            <PageChoice total={total} pageSize={pageSize} page={page} onChange={setPage} />
          </>
        )}
      </QueryView>
    </Page>
  )
}
