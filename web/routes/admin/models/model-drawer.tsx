/** All that is known of one model: state and why, figures, rules, and its history. */
import { Alert, Badge, Button, Drawer, Group, Stack, Tabs, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDate, formatNumber } from '../../../format.ts'
import { Facts } from '../facts.tsx'
import { formatDollars } from '../format-admin.ts'
import { TimeAgo } from '../time-ago.tsx'
import { AvailabilityMark, StatusMark } from './model-badges.tsx'
import { ModelFigures } from './model-figures.tsx'
import { ModelHistory } from './model-history.tsx'
import { ModelRules } from './model-rules.tsx'
import type { ModelRow } from './model-row.ts'
import type { ModelActs } from './use-model-acts.tsx'
import { useSource } from './use-source.ts'
import { useWhy } from './use-why.ts'

const WhyInactive = ({ row, acts }: { row: ModelRow; acts: ModelActs }): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const { why } = useWhy()
  if (row.active) return null
  return (
    <Alert
      color={row.proposal === null ? 'gray' : 'amber'}
      icon={<IconInfoCircle size={19} aria-hidden />}
      title={t('admin.models.whyInactive')}
    >
      <Text size="sm">
        {row.removalReason === null ? t('admin.models.noReason') : why(row.removalReason, row.removalBecause)}
      </Text>
      {row.removedAt !== null && (
        <Text size="xs" c="dimmed">
          {t('admin.models.since', { date: formatDate(row.removedAt, i18n.language) })}
        </Text>
      )}
      {row.proposal !== null && (
        <Text size="sm" mt={6}>
          {t('admin.models.proposal', { text: why(row.proposal, row.proposalBecause) })}
        </Text>
      )}
      <Button size="xs" mt="sm" onClick={() => acts.setActive([row], true)} loading={acts.isBusy(row)}>
        {t('admin.models.switchOn')}
      </Button>
    </Alert>
  )
}

/** What follows is from before its provider was last asked. */
const Unread = ({ row: { unread } }: { row: ModelRow }): ReactElement | null => {
  const { t } = useTranslation()
  const { whyUnread } = useWhy()
  if (unread === null) return null
  return (
    <Alert
      color="amber"
      icon={<IconAlertTriangle size={19} aria-hidden />}
      title={t('admin.models.unread.title')}
      data-unread={unread.errorCode ?? 'held'}
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {whyUnread(unread)}
      </Text>
      <Text size="xs" c="dimmed">
        <TimeAgo iso={unread.at} />
      </Text>
    </Alert>
  )
}

const Overview = ({ row, acts }: { row: ModelRow; acts: ModelActs }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const { why } = useWhy()
  const from = useSource()
  const price = (name: string): string | null => {
    const value = row.price?.[name]
    return typeof value === 'number' ? formatDollars(value, locale) : null
  }
  const modalities = (list: readonly string[]): string =>
    list.map((one) => t(`admin.models.modality.${one}`, { defaultValue: one })).join(', ')
  const number = (value: number | null): string => (value === null ? t('admin.unknown') : formatNumber(value, locale))
  return (
    <Stack gap="md">
      <WhyInactive row={row} acts={acts} />
      <Unread row={row} />
      <Facts
        facts={[
          [t('admin.models.column.provider'), row.provider],
          [t('admin.models.column.key'), row.key],
          [t('admin.models.column.aliases'), row.aliases.join(', ')],
          [t('admin.models.column.availability'), <AvailabilityMark key="availability" model={row} />],
          [t('admin.models.column.checkedAt'), <TimeAgo key="checked" iso={row.checkedAt} />],
          [t('admin.models.column.checkError'), row.checkError === null ? null : why(row.checkError, row.checkBecause)],
          [
            t('admin.models.column.confirmedBy'),
            row.confirmedBy === null ? null : (
              <>
                {t(`admin.models.confirmed.${row.confirmedBy}`)} · <TimeAgo iso={row.confirmedAt} />
              </>
            ),
          ],
          [
            t('admin.models.column.operations'),
            row.operations.map((one) => t(`admin.models.operation.${one}`)).join(', '),
          ],
          [t('admin.models.column.creditMultiplier'), `${formatNumber(row.creditMultiplier, locale, 3)}×`],
          [t('admin.models.column.contextLength'), number(row.contextLength)],
          [t('admin.models.column.maxOutputTokens'), number(row.maxOutputTokens)],
          [t('admin.models.column.inputPrice'), price('inputPerMillion') ?? t('admin.unknown')],
          [t('admin.models.column.outputPrice'), price('outputPerMillion') ?? t('admin.unknown')],
          [
            t('admin.models.column.modalities'),
            `${modalities(row.inputModalities)} → ${modalities(row.outputModalities)}`,
          ],
          [t('admin.models.column.retiresAt'), row.retiresAt === null ? null : formatDate(row.retiresAt, locale)],
          [
            t('admin.models.column.origin'),
            `${t(`admin.models.origin.${row.origin}`)} · ${from(row.source, row.sourceBecause)}`,
          ],
          [t('admin.models.column.createdAt'), formatDate(row.createdAt, locale)],
        ]}
      />
      <Group gap="xs">
        <Button variant="default" size="xs" onClick={() => acts.test(row)}>
          {t('admin.models.test')}
        </Button>
        <Button variant="default" size="xs" onClick={() => acts.openForm(row)}>
          {t('admin.models.edit')}
        </Button>
        {row.active && (
          <Button variant="default" size="xs" onClick={() => acts.setActive([row], false)} loading={acts.isBusy(row)}>
            {t('admin.models.switchOff')}
          </Button>
        )}
        <Button variant="light" color="rose" size="xs" onClick={() => acts.remove([row])}>
          {t('admin.models.remove')}
        </Button>
      </Group>
    </Stack>
  )
}

interface ModelDrawerProps {
  row: ModelRow | null
  acts: ModelActs
  onClose: () => void
}

export const ModelDrawer = ({ row, acts, onClose }: ModelDrawerProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Drawer
      opened={row !== null}
      onClose={onClose}
      position="right"
      size="xl"
      title={
        row !== null && (
          <Stack gap={4}>
            <Title order={2}>{row.displayName}</Title>
            <Group gap={6}>
              <StatusMark model={row} />
              <Badge color="gray">{row.ref}</Badge>
            </Group>
          </Stack>
        )
      }
    >
      {row !== null && (
        <Tabs defaultValue="overview" keepMounted={false} key={row.ref}>
          <Tabs.List mb="md" aria-label={row.ref}>
            <Tabs.Tab value="overview">{t('admin.models.tab.overview')}</Tabs.Tab>
            <Tabs.Tab value="figures">{t('admin.models.tab.figures')}</Tabs.Tab>
            <Tabs.Tab value="rules">{t('admin.models.tab.rules')}</Tabs.Tab>
            <Tabs.Tab value="history">{t('admin.models.tab.history')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="overview">
            <Overview row={row} acts={acts} />
          </Tabs.Panel>
          <Tabs.Panel value="figures">
            <ModelFigures row={row} />
          </Tabs.Panel>
          <Tabs.Panel value="rules">
            <ModelRules row={row} />
          </Tabs.Panel>
          <Tabs.Panel value="history">
            <ModelHistory row={row} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Drawer>
  )
}
