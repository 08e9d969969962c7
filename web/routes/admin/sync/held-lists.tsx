/** Lists that were not believed: nothing was changed, and an administrator decides. */
import { Alert, Badge, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconShieldHalf } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { applyHeldModelList, dismissHeldModelList } from '../../../../src/http/contract/held-model-lists.ts'
import { call } from '../../../api.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { heldListsQuery } from '../admin-queries.ts'
import { Section } from '../../../components/section.tsx'
import { QueryView } from '../query-view.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useAct } from '../use-act.ts'
import { useSentence } from '../use-sentence.ts'
import { useConfirm } from '../use-confirm.tsx'
import { DiffView } from './diff-view.tsx'
import classes from '../admin.module.css'

type Held = z.output<typeof applyHeldModelList.response>

const Open = ({ held }: { held: Held }): ReactElement => {
  const { t } = useTranslation()
  const sentence = useSentence()
  const confirm = useConfirm()
  const params = { id: held.id }
  const apply = useAct({
    quiet: true,
    run: async () => await call(applyHeldModelList, { params }),
    done: () => t('admin.held.applied'),
  })
  const dismiss = useAct({
    quiet: true,
    run: async () => await call(dismissHeldModelList, { params }),
    done: () => t('admin.held.dismissed'),
  })
  const problem = apply.error ?? dismiss.error
  return (
    <Alert
      color="amber"
      mb="md"
      icon={<IconShieldHalf size={20} aria-hidden />}
      title={t('admin.held.title', { provider: held.provider })}
      data-held={held.provider}
    >
      <Stack gap="sm">
        <Text size="sm">
          {t(`admin.held.cause.${held.cause}`)} {sentence(held.statement, held.message)}{' '}
          <TimeAgo iso={held.createdAt} />
        </Text>
        <DiffView diff={held.diff} />
        {problem !== null && <ProblemAlert error={problem} />}
        <Group gap="xs">
          <Button
            size="xs"
            color="rose"
            loading={apply.isPending}
            onClick={() =>
              confirm({
                title: t('admin.held.applyTitle', { provider: held.provider }),
                text: t('admin.held.applyHint', { count: held.diff.removed.length }),
                confirm: t('admin.held.apply'),
                onConfirm: () => apply.mutate(undefined),
              })
            }
          >
            {t('admin.held.apply')}
          </Button>
          <Button size="xs" variant="default" loading={dismiss.isPending} onClick={() => dismiss.mutate(undefined)}>
            {t('admin.held.dismiss')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}

export const HeldLists = (): ReactElement => {
  const { t } = useTranslation()
  const sentence = useSentence()
  const lists = useQuery(heldListsQuery)
  return (
    <QueryView query={lists} lines={1}>
      {({ items }) => {
        const decided = items.filter(({ state }) => state !== 'open')
        return (
          <>
            {items
              .filter(({ state }) => state === 'open')
              .map((held) => (
                <Open key={held.id} held={held} />
              ))}
            {decided.length > 0 && (
              <Section title={t('admin.held.decidedTitle')}>
                <ul className={classes.list}>
                  {decided.slice(0, 10).map((held) => (
                    <li key={held.id}>
                      <Group gap="xs">
                        <Text size="sm" fw={550}>
                          {held.provider}
                        </Text>
                        <Badge color="gray">{t(`admin.held.state.${held.state}`)}</Badge>
                        <Text size="sm" c="dimmed">
                          {held.decidedBy} <TimeAgo iso={held.decidedAt ?? held.createdAt} />
                        </Text>
                      </Group>
                      <Text size="sm">{sentence(held.statement, held.message)}</Text>
                    </li>
                  ))}
                </ul>
              </Section>
            )}
          </>
        )
      }}
    </QueryView>
  )
}
