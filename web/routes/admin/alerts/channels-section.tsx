/** Where alerts and reports are sent; each can be tried. */
import { Alert, Badge, Button, Code, CopyButton, Group, Stack, Switch, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconBrandSlack, IconMail, IconMailOff, IconPlus, IconSend, IconWebhook } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import {
  deleteAlertChannel,
  testAlertChannel,
  updateAlertChannel,
  type AlertChannelView,
} from '../../../../src/http/contract/alerts.ts'
import { call } from '../../../api.ts'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { alertChannelsQuery } from '../admin-queries.ts'
import { useDeliveryError } from '../deliveries.tsx'
import { FailureText } from '../failure-text.tsx'
import { formatTook } from '../../../format.ts'
import { QueryView } from '../query-view.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useAct } from '../use-act.ts'
import { useConfirm } from '../use-confirm.tsx'
import { ChannelForm } from './channel-form.tsx'
import classes from '../admin.module.css'

const icons = { email: IconMail, slack: IconBrandSlack, webhook: IconWebhook }

const Test = ({ channel }: { channel: AlertChannelView }): ReactElement => {
  const { t, i18n } = useTranslation()
  const client = useQueryClient()
  const test = useMutation({
    mutationFn: async () => await call(testAlertChannel, { params: { id: channel.id } }),
    onSettled: () => void client.invalidateQueries({ queryKey: alertChannelsQuery.queryKey }),
  })
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconSend size={15} aria-hidden />}
          loading={test.isPending}
          aria-label={t('admin.channels.testNamed', { name: channel.name })}
          onClick={() => test.mutate()}
        >
          {t('admin.channels.test')}
        </Button>
        {test.data?.ok === true && (
          <Text size="sm" role="status">
            {t('admin.channels.testOk', { time: formatTook(test.data.durationMs, i18n.language) })}
          </Text>
        )}
      </Group>
      {test.error !== null && <ProblemAlert error={test.error} />}
      {test.data?.error != null && <FailureText {...test.data.error} />}
    </Stack>
  )
}

const Channel = ({ channel, onEdit }: { channel: AlertChannelView; onEdit: () => void }): ReactElement => {
  const { t } = useTranslation()
  const confirm = useConfirm()
  const sayError = useDeliveryError()
  const Icon = icons[channel.kind]
  const params = { id: channel.id }
  const toggle = useAct({
    run: async (enabled: boolean) => await call(updateAlertChannel, { params, body: { enabled } }),
  })
  const remove = useAct({
    run: async () => await call(deleteAlertChannel, { params }),
    done: () => t('admin.channels.removed'),
  })
  return (
    <li data-channel={channel.name}>
      <Stack gap={6}>
        <Group gap="xs">
          <Icon size={18} stroke={1.6} aria-hidden />
          <Text size="sm" fw={600}>
            {channel.name}
          </Text>
          <Badge color="gray">{t(`admin.channels.kind.${channel.kind}`)}</Badge>
          {channel.signed && <Badge color="pine">{t('admin.channels.signed')}</Badge>}
        </Group>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {channel.maskedUrl ?? channel.recipients.join(', ')}
        </Text>
        <Text size="sm" c="dimmed">
          {channel.subscriptions.map((one) => t(`admin.channels.subscription.${one}`)).join(', ')} ·{' '}
          {t('admin.channels.from', { severity: t(`admin.alerts.severity.${channel.minimumSeverity}`) })} ·{' '}
          {channel.locale === 'tr' ? 'Türkçe' : 'English'}
        </Text>
        {channel.lastDelivery !== null && (
          <Text
            size="sm"
            c={channel.lastDelivery.state === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}
            style={{ overflowWrap: 'anywhere' }}
          >
            {t('admin.channels.last')} {t(`admin.alerts.delivery.${channel.lastDelivery.state}`)},{' '}
            <TimeAgo iso={channel.lastDelivery.at} />
            {channel.lastDelivery.error !== null && `. ${sayError(channel.lastDelivery)}`}
          </Text>
        )}
        <Group gap="sm" align="flex-start">
          <Test channel={channel} />
          <Button
            size="xs"
            variant="default"
            aria-label={t('admin.editNamed', { name: channel.name })}
            onClick={onEdit}
          >
            {t('admin.edit')}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            color="rose"
            aria-label={t('admin.channels.removeNamed', { name: channel.name })}
            onClick={() =>
              confirm({
                title: t('admin.channels.removeNamed', { name: channel.name }),
                text: t('admin.channels.removeHint'),
                confirm: t('admin.channels.remove'),
                onConfirm: () => remove.mutate(undefined),
              })
            }
          >
            {t('admin.channels.remove')}
          </Button>
          <Switch
            mt={4}
            label={t('providers.inUse')}
            aria-label={t('providers.inUseNamed', { name: channel.name })}
            checked={channel.enabled}
            disabled={toggle.isPending}
            onChange={(event) => toggle.mutate(event.currentTarget.checked)}
          />
        </Group>
      </Stack>
    </li>
  )
}

const Secret = ({ secret, onClose }: { secret: string; onClose: () => void }): ReactElement => {
  const { t } = useTranslation()
  return (
    <Alert
      color="amber"
      mb="md"
      title={t('admin.channels.secretTitle')}
      withCloseButton
      closeButtonLabel={t('action.close')}
      onClose={onClose}
      role="status"
    >
      <Text size="sm" mb="xs">
        {t('admin.channels.secretHint')}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Code style={{ overflowWrap: 'anywhere', flex: 1 }}>{secret}</Code>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button size="xs" onClick={copy}>
              {copied ? t('text.copied') : t('text.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  )
}

export const ChannelsSection = (): ReactElement => {
  const { t } = useTranslation()
  const channels = useQuery(alertChannelsQuery)
  const [opened, dialog] = useDisclosure()
  const [editing, setEditing] = useState<AlertChannelView | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const open = (channel: AlertChannelView | null): void => {
    setEditing(channel)
    dialog.open()
  }
  return (
    <QueryView query={channels}>
      {({ items, mailReady }) => (
        <>
          {secret !== null && <Secret secret={secret} onClose={() => setSecret(null)} />}
          {!mailReady && (
            <Alert color="gray" mb="md" icon={<IconMailOff size={19} aria-hidden />} title={t('admin.channels.noMail')}>
              <Text size="sm">
                {t('admin.channels.noMailHint')} <Code>SMTP_URL</Code>
              </Text>
            </Alert>
          )}
          <Group justify="flex-end" mb="sm">
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => open(null)}>
              {t('admin.channels.add')}
            </Button>
          </Group>
          {items.length === 0 ? (
            <EmptyState icon={<IconSend size={38} stroke={1.3} aria-hidden />} title={t('admin.channels.none')}>
              {t('admin.channels.noneHint')}
            </EmptyState>
          ) : (
            <ul className={`card ${classes.list ?? ''}`} style={{ padding: '14px 18px' }}>
              {items.map((channel) => (
                <Channel key={channel.id} channel={channel} onEdit={() => open(channel)} />
              ))}
            </ul>
          )}
          <ChannelForm channel={editing} opened={opened} onClose={dialog.close} onSecret={setSecret} />
        </>
      )}
    </QueryView>
  )
}
