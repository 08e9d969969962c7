import { ActionIcon, Alert, Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Disclosure } from '../../components/disclosure.tsx'
import { SuggestionButton } from '../../components/suggestion-button.tsx'
import { translateCode } from '../../describe-problem.ts'
import { formatBytes, formatPercent, formatSpan } from '../../format.ts'
import type { Upload } from '../../uploads/upload.ts'
import { useUploadQueue } from '../../uploads/use-uploads.ts'

const statusText = (t: TFunction, upload: Upload, locale: string): string => {
  if (upload.interrupted) return t('upload.state.interrupted')
  if (upload.state !== 'uploading') return t(`upload.state.${upload.state}`)
  const facts = [
    t('upload.sent', { done: formatBytes(upload.bytesDone, locale), total: formatBytes(upload.sizeBytes, locale) }),
  ]
  const speed = upload.bytesPerSecond
  if (speed !== null && speed > 0) {
    facts.push(t('upload.speed', { speed: formatBytes(speed, locale) }))
    facts.push(t('progress.left', { span: formatSpan((upload.sizeBytes - upload.bytesDone) / speed, locale) }))
  }
  return facts.join(' · ')
}

const Failure = ({ upload }: { upload: Upload }): ReactElement | null => {
  const { t } = useTranslation()
  const queue = useUploadQueue()
  const { failure } = upload
  if (failure === null) return null
  const { title, advice } = translateCode(t, failure.code, failure)
  // The same file would be refused again; a fault on the way may be gone.
  const retryable = !failure.code.startsWith('media-') && failure.code !== 'too-large'
  const refusesEngine = failure.model !== undefined && upload.options.engine?.endsWith(failure.model) === true
  return (
    <Alert
      color="rose"
      role="alert"
      title={title}
      mt={8}
      styles={{ title: { fontSize: 'var(--mantine-font-size-sm)' } }}
    >
      {failure.model !== undefined && <Text size="sm">{failure.message}</Text>}
      <Text size="sm">{advice}</Text>
      {failure.suggestions !== undefined && failure.suggestions.length > 0 && (
        <Group gap={6} mt={6}>
          <Text size="sm">{t('model.insteadTake')}</Text>
          {failure.suggestions.map((ref) => (
            <SuggestionButton
              key={ref}
              model={ref}
              size="compact-sm"
              onTake={() => queue.retryWith(upload.id, refusesEngine ? { engine: ref } : { model: ref })}
            />
          ))}
        </Group>
      )}
      <Group mt={6}>
        {retryable && (
          <Button size="compact-sm" variant="light" color="rose" onClick={() => queue.resume(upload.id)}>
            {t('action.tryAgain')}
          </Button>
        )}
        <Disclosure label={t('problem.technicalDetail')}>{`${failure.code}\n${failure.message}`}</Disclosure>
      </Group>
    </Alert>
  )
}

const Controls = ({ upload }: { upload: Upload }): ReactElement => {
  const { t } = useTranslation()
  const queue = useUploadQueue()
  const name = upload.fileName
  const running = upload.state === 'uploading' || upload.state === 'waiting'
  return (
    <Group gap={2} wrap="nowrap">
      {running && (
        <ActionIcon aria-label={t('upload.pause', { name })} onClick={() => queue.pause(upload.id)}>
          <IconPlayerPause size={17} aria-hidden />
        </ActionIcon>
      )}
      {upload.state === 'paused' && (
        <ActionIcon aria-label={t('upload.resume', { name })} onClick={() => queue.resume(upload.id)}>
          <IconPlayerPlay size={17} aria-hidden />
        </ActionIcon>
      )}
      <ActionIcon
        aria-label={upload.state === 'done' ? t('upload.dismiss', { name }) : t('upload.cancel', { name })}
        onClick={() => queue.remove(upload.id)}
      >
        <IconX size={17} aria-hidden />
      </ActionIcon>
    </Group>
  )
}

export const UploadRow = ({ upload }: { upload: Upload }): ReactElement => {
  const { t, i18n } = useTranslation()
  const share = upload.sizeBytes === 0 ? 0 : upload.bytesDone / upload.sizeBytes
  const bar = upload.state !== 'done' && upload.state !== 'failed'
  return (
    <li className="card" style={{ padding: '12px 12px 12px 16px' }} data-upload-state={upload.state}>
      <Group wrap="nowrap" gap="sm" align="flex-start">
        <Stack gap={4} flex={1} miw={0}>
          <Group gap="xs" wrap="nowrap">
            {upload.state === 'done' && <IconCircleCheck size={18} aria-hidden color="var(--mantine-color-pine-6)" />}
            <Text size="sm" fw={550} truncate title={upload.fileName}>
              {upload.fileName}
            </Text>
          </Group>
          {bar && (
            <Progress
              value={share * 100}
              size="sm"
              animated={upload.state === 'confirming'}
              color={upload.state === 'paused' || upload.interrupted ? 'gray' : 'pine'}
              aria-label={t('upload.progressOf', { name: upload.fileName })}
              aria-valuetext={formatPercent(share, i18n.language)}
            />
          )}
          {upload.state !== 'failed' && (
            <Text size="xs" c="dimmed" className="tabular">
              {statusText(t, upload, i18n.language)}
              {bar &&
                !upload.kept &&
                upload.state !== 'confirming' &&
                upload.bytesDone > 0 &&
                ` · ${t('upload.notKept')}`}
            </Text>
          )}
        </Stack>
        {upload.transcriptionId !== null && (
          <Button
            component={Link}
            to={`/recordings/${upload.transcriptionId}`}
            size="compact-sm"
            variant="light"
            aria-label={t('upload.openNamed', { name: upload.fileName })}
          >
            {t('upload.open')}
          </Button>
        )}
        <Controls upload={upload} />
      </Group>
      <Failure upload={upload} />
      <span
        role="status"
        style={{ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }}
      >
        {upload.state === 'done' || upload.state === 'paused'
          ? `${upload.fileName}: ${t(`upload.state.${upload.state}`)}`
          : ''}
      </span>
    </li>
  )
}
