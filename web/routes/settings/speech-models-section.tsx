import { Badge, Button, Group, Progress, Skeleton, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconDownload, IconPlayerPause, IconTrash } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { deleteSpeechModel, downloadSpeechModel, type SpeechModel } from '../../../src/http/contract/models.ts'
import { call } from '../../api.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { formatBytes } from '../../format.ts'
import { modelsQuery, speechModelsQuery } from '../../queries.ts'
import { useMe } from '../../session/me.ts'
import { Section } from '../../components/section.tsx'

const Download = ({ model }: { model: SpeechModel }): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const { download } = model
  if (download === null) return null
  const total = download.bytesTotal
  return (
    <Stack gap={4} mt={6}>
      <Progress
        size="sm"
        value={total === null || total === 0 ? 100 : (download.bytesDone / total) * 100}
        animated={download.state === 'running'}
        color={download.state === 'failed' ? 'rose' : 'pine'}
        aria-label={t('speech.downloading', { name: model.displayName })}
      />
      <Text
        size="xs"
        c={download.state === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}
        className="tabular"
        role="status"
      >
        {download.error ??
          t('upload.sent', {
            done: formatBytes(download.bytesDone, i18n.language),
            total: total === null ? '?' : formatBytes(total, i18n.language),
          })}
      </Text>
    </Stack>
  )
}

const Row = ({ model }: { model: SpeechModel }): ReactElement => {
  const { t, i18n } = useTranslation()
  const me = useMe()
  const client = useQueryClient()
  const params = { name: model.name }
  const onSettled = (): void => {
    void client.invalidateQueries({ queryKey: speechModelsQuery.queryKey })
    void client.invalidateQueries({ queryKey: modelsQuery.queryKey })
  }
  const get = useMutation({ mutationFn: async () => await call(downloadSpeechModel, { params }), onSettled })
  const remove = useMutation({ mutationFn: async () => await call(deleteSpeechModel, { params }), onSettled })
  const confirm = (): void => {
    modals.openConfirmModal({
      title: t('speech.removeTitle', { name: model.displayName }),
      children: <Text size="sm">{t('speech.removeHint')}</Text>,
      labels: { confirm: t('speech.remove'), cancel: t('action.keep') },
      confirmProps: { color: 'rose' },
      withCloseButton: false,
      onConfirm: () => remove.mutate(),
    })
  }
  const running = model.download?.state === 'running'
  const begun = model.download !== null
  return (
    <li style={{ padding: '12px 0', borderTop: '1px solid var(--line)' }}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <Stack gap={2} flex={1} miw={0}>
          <Group gap={8}>
            <Text fw={550}>{model.displayName}</Text>
            {model.active && <Badge color="pine">{t('speech.active')}</Badge>}
            {model.shipped && <Badge color="gray">{t('speech.shipped')}</Badge>}
            {model.installed && !model.shipped && <Badge color="gray">{t('speech.installed')}</Badge>}
          </Group>
          {model.sizeBytes !== null && (
            <Text size="sm" c="dimmed">
              {formatBytes(model.sizeBytes, i18n.language)}
            </Text>
          )}
          <Download model={model} />
        </Stack>
        {me.role === 'admin' && !model.shipped && (
          <Group gap={6} wrap="nowrap">
            {!model.installed && !running && (
              <Button
                size="xs"
                variant="light"
                loading={get.isPending}
                leftSection={<IconDownload size={15} aria-hidden />}
                onClick={() => get.mutate()}
              >
                {begun ? t('speech.goOn') : t('speech.download')}
              </Button>
            )}
            {running && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPlayerPause size={15} aria-hidden />}
                onClick={() => remove.mutate()}
              >
                {t('speech.stop')}
              </Button>
            )}
            {model.installed && (
              <Button size="xs" variant="default" leftSection={<IconTrash size={15} aria-hidden />} onClick={confirm}>
                {t('speech.remove')}
              </Button>
            )}
          </Group>
        )}
      </Group>
      {(get.error ?? remove.error) !== null && <ProblemAlert error={get.error ?? remove.error} />}
    </li>
  )
}

export const SpeechModelsSection = (): ReactElement => {
  const { t } = useTranslation()
  const models = useQuery(speechModelsQuery)
  return (
    <Section title={t('settings.sections.speech')} description={t('speech.hint')}>
      {models.error !== null && <ProblemAlert error={models.error} onRetry={() => void models.refetch()} />}
      {models.isPending && <Skeleton h={180} radius="md" aria-hidden />}
      {models.data?.items.length === 0 && <EmptyState icon={null} title={t('speech.none')} />}
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {models.data?.items.map((model) => (
          <Row key={model.name} model={model} />
        ))}
      </ul>
    </Section>
  )
}
