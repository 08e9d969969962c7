/** What changed of a model, when and by whom. */
import { Badge, Group, Text, Timeline } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { catalogModelQuery } from '../admin-queries.ts'
import { DisabledEvidence } from '../alerts/disabled-evidence.tsx'
import { QueryView } from '../query-view.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useFields } from '../use-fields.ts'
import type { ModelRow } from './model-row.ts'
import { useWhy } from './use-why.ts'

export const ModelHistory = ({ row }: { row: ModelRow }): ReactElement => {
  const { t } = useTranslation()
  const { why } = useWhy()
  const fields = useFields()
  const model = useQuery(catalogModelQuery(row.provider, row.key))
  return (
    <>
      <DisabledEvidence query={{ provider: row.provider, model: row.key, open: 'false' }} />
      <QueryView query={model}>
        {({ history }) =>
          history.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('admin.history.none')}
            </Text>
          ) : (
            <Timeline bulletSize={14} lineWidth={2} color="gray">
              {history.map((entry) => (
                <Timeline.Item
                  key={entry.id}
                  title={
                    <Group gap={6}>
                      <Text size="sm" fw={550}>
                        {t(`admin.history.action.${entry.action}`, { defaultValue: entry.action })}
                      </Text>
                      <Badge color="gray" size="sm">
                        {t(`admin.history.actor.${entry.actor.kind}`)}
                        {entry.actor.kind === 'admin' && ` · ${entry.actor.name}`}
                      </Badge>
                    </Group>
                  }
                >
                  <Text size="xs" c="dimmed">
                    <TimeAgo iso={entry.createdAt} />
                  </Text>
                  {entry.changes.map((change) => (
                    <Text size="sm" key={change.field} style={{ overflowWrap: 'anywhere' }}>
                      {fields.label(change.field)}: {fields.show(change.field, change.from)} →{' '}
                      {fields.show(change.field, change.to)}
                      {change.because !== null && ` · ${why(change.source, change.because)}`}
                    </Text>
                  ))}
                </Timeline.Item>
              ))}
            </Timeline>
          )
        }
      </QueryView>
    </>
  )
}
