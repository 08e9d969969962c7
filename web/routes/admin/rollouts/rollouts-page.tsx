/** Models that take over from others step by step, and those that did or were stopped. */
import { Button, Group, Progress, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { IconPlus, IconTrendingUp } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { RolloutView } from '../../../../src/http/contract/rollouts.ts'
import { EmptyState } from '../../../components/empty-state.tsx'
import { Page } from '../../../components/page.tsx'
import { rolloutsQuery } from '../admin-queries.ts'
import { QueryView } from '../query-view.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useSentence } from '../use-sentence.ts'
import { RolloutForm } from './rollout-form.tsx'
import { RolloutStatus } from './rollout-status.tsx'
import classes from '../admin.module.css'

const One = ({ rollout }: { rollout: RolloutView }): ReactElement => {
  const { t } = useTranslation()
  const sentence = useSentence()
  return (
    <li data-rollout={rollout.status}>
      <Group gap="xs">
        <Link to={`/admin/rollouts/${rollout.id}`}>
          <Text span size="sm" fw={600}>
            {rollout.name}
          </Text>
        </Link>
        <RolloutStatus status={rollout.status} />
        <Text size="xs" c="dimmed">
          {rollout.createdBy} · <TimeAgo iso={rollout.createdAt} />
        </Text>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {rollout.control} → {rollout.candidate}
      </Text>
      <Progress
        value={rollout.percent}
        mt={6}
        maw={420}
        color={rollout.status === 'rolled-back' ? 'rose' : 'pine'}
        aria-label={t('admin.rollouts.percentOf', { percent: rollout.percent })}
      />
      <Text size="sm" c="dimmed" mt={4}>
        {t('admin.rollouts.percentOf', { percent: rollout.percent })} · {sentence(rollout.statement, rollout.reason)}
      </Text>
    </li>
  )
}

export const RolloutsPage = (): ReactElement => {
  const { t } = useTranslation()
  const rollouts = useQuery(rolloutsQuery)
  const [opened, form] = useDisclosure()
  return (
    <Page
      title={t('admin.nav.rollouts')}
      description={t('admin.rollouts.description')}
      width={1080}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={form.open}>
          {t('admin.rollouts.add')}
        </Button>
      }
    >
      <QueryView query={rollouts}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={<IconTrendingUp size={40} stroke={1.3} aria-hidden />} title={t('admin.rollouts.none')}>
              {t('admin.rollouts.noneHint')}
            </EmptyState>
          ) : (
            <ul className={`card ${classes.list ?? ''}`} style={{ padding: '16px 20px' }}>
              {items.map((rollout) => (
                <One key={rollout.id} rollout={rollout} />
              ))}
            </ul>
          )
        }
      </QueryView>
      <RolloutForm opened={opened} onClose={form.close} />
    </Page>
  )
}
