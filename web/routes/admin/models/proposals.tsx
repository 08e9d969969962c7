/** Models that answer again and wait for an administrator's word. */
import { Alert, Button, Collapse, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBulb } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { TimeAgo } from '../time-ago.tsx'
import { statusOf, type ModelRow } from './model-row.ts'
import type { ModelActs } from './use-model-acts.tsx'
import { useWhy } from './use-why.ts'
import classes from '../admin.module.css'

export const Proposals = ({ rows, acts }: { rows: readonly ModelRow[]; acts: ModelActs }): ReactElement | null => {
  const { t } = useTranslation()
  const { why } = useWhy()
  const [opened, list] = useDisclosure()
  const proposed = rows.filter((row) => statusOf(row) === 'proposed')
  if (proposed.length === 0) return null
  return (
    <Alert
      color="amber"
      mb="md"
      icon={<IconBulb size={20} aria-hidden />}
      title={t('admin.proposals.title', { count: proposed.length })}
    >
      <Text size="sm">{t('admin.proposals.hint')}</Text>
      <Group gap="xs" mt="xs">
        <Button size="xs" onClick={() => acts.setActive(proposed, true)}>
          {t('admin.proposals.acceptAll')}
        </Button>
        <Button size="xs" variant="default" onClick={list.toggle} aria-expanded={opened}>
          {opened ? t('admin.proposals.hide') : t('admin.proposals.show')}
        </Button>
      </Group>
      <Collapse expanded={opened}>
        <ul className={classes.list} style={{ marginTop: 12 }}>
          {proposed.map((row) => (
            <li key={row.ref}>
              <Group justify="space-between" gap="xs">
                <div>
                  <Text size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
                    {row.ref}
                  </Text>
                  <Text size="sm">{why(row.proposal ?? '', row.proposalBecause)}</Text>
                  <Text size="xs" c="dimmed">
                    <TimeAgo iso={row.proposedAt} />
                  </Text>
                </div>
                <Group gap="xs">
                  <Button size="xs" variant="default" onClick={() => acts.test(row)}>
                    {t('admin.models.test')}
                  </Button>
                  <Button size="xs" onClick={() => acts.setActive([row], true)}>
                    {t('admin.models.switchOn')}
                  </Button>
                </Group>
              </Group>
            </li>
          ))}
        </ul>
      </Collapse>
    </Alert>
  )
}
