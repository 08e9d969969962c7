/** Chosen files and their options above, running and finished uploads below. */
import { Alert, Box, Button, Grid, Group, Stack, Title } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { IconUpload } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommands } from '../../commands/commands-provider.tsx'
import { Page } from '../../components/page.tsx'
import { UploadDropzone } from '../../components/upload-dropzone.tsx'
import { isOwnEngine } from '../../components/engine-picker.tsx'
import { useCheckAtSubmit } from '../../components/use-model-check.ts'
import { serverQuery } from '../../queries.ts'
import { useStagedFiles } from '../../uploads/staged-files.ts'
import { useUploadQueue, useUploads } from '../../uploads/use-uploads.ts'
import { StagedList } from './staged-list.tsx'
import { UploadEstimate } from './upload-estimate.tsx'
import { UploadOptions } from './upload-options.tsx'
import { UploadRow } from './upload-row.tsx'
import { useUploadOptions, type UploadOptions as Options } from './use-upload-options.ts'

/** Room for the bar at the top of a phone. */
const belowHeader = { scrollMarginTop: 72 }

const UploadList = ({ starts }: { starts: number }): ReactElement | null => {
  const { t } = useTranslation()
  const uploads = useUploads()
  const queue = useUploadQueue()
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (starts === 0) return
    // On a phone the button stands far below what it began.
    title.current?.focus({ preventScroll: true })
    title.current?.scrollIntoView({ block: 'nearest' })
  }, [starts])
  if (uploads.length === 0) return null
  return (
    <section aria-labelledby="uploads-title">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="uploads-title" ref={title} tabIndex={-1} style={belowHeader}>
          {t('upload.running')}
        </Title>
        {uploads.some((upload) => upload.state === 'done') && (
          <Button variant="subtle" size="compact-sm" onClick={queue.clearDone}>
            {t('upload.clearDone')}
          </Button>
        )}
      </Group>
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {uploads.toReversed().map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </Stack>
    </section>
  )
}

/** Models that are needed and cannot be had now. */
const useVanished = () => {
  const checkAtSubmit = useCheckAtSubmit()
  return async ({ model = 'auto:best', engine = 'local', enhance, summarize }: Options): Promise<string[]> => {
    const needed = [
      ...(enhance === true || summarize === true ? [model] : []),
      ...(isOwnEngine(engine) ? [] : [engine]),
    ]
    const checks = await Promise.all(needed.map(async (ref) => await checkAtSubmit(ref)))
    return needed.filter((_, index) => checks[index] !== null)
  }
}

export const UploadPage = (): ReactElement => {
  const { t } = useTranslation()
  const { files, unstage } = useStagedFiles()
  const queue = useUploadQueue()
  const server = useQuery(serverQuery)
  const { options, change, remember } = useUploadOptions()
  const largest = server.data?.limits.maxUploadBytes ?? Infinity
  const sendable = files.filter((file) => file.size > 0 && file.size <= largest)
  const needsInstruction =
    options.enhance === true && options.enhancementMode === 'custom' && !options.customInstruction?.trim()
  const findVanished = useVanished()
  const [starts, setStarts] = useState(0)
  const starting = useMutation({
    mutationFn: async () => await findVanished(options),
    onSuccess: (vanished) => {
      if (vanished.length > 0) return
      remember()
      queue.add(sendable, options)
      // What cannot be sent stays, with its reason.
      for (const file of sendable) unstage(file)
      setStarts((before) => before + 1)
    },
  })
  const start = (): void => starting.mutate()
  const vanished = starting.data?.filter((ref) => ref === options.model || ref === options.engine) ?? []
  const ready = sendable.length > 0 && !needsInstruction && !starting.isPending
  useCommands([
    {
      id: 'start-upload',
      label: t('upload.startCommand'),
      shortcut: 'mod+enter',
      group: t('upload.title'),
      run: start,
      inFields: true,
      disabled: !ready,
    },
  ])
  return (
    <Page title={t('upload.title')} description={t('upload.description')} width={1080}>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <div>
              <UploadDropzone title={t('upload.dropHere')} description={t('upload.dropHint')} />
              <StagedList largest={largest} />
            </div>
            <UploadList starts={starts} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Box className="card" p="lg" style={{ position: 'sticky', top: 24 }}>
            <UploadOptions options={options} onChange={change} needsInstruction={needsInstruction} />
            <UploadEstimate files={sendable} options={options} />
            {vanished.length > 0 && (
              <Alert color="rose" role="alert" mt="md" title={t('make.vanishedTitle')} data-vanished>
                {t('make.vanished')}
              </Alert>
            )}
            <Button
              fullWidth
              mt="lg"
              size="md"
              leftSection={<IconUpload size={18} aria-hidden />}
              loading={starting.isPending}
              disabled={!ready}
              onClick={start}
            >
              {sendable.length > 0 ? t('upload.start', { count: sendable.length }) : t('upload.startNone')}
            </Button>
          </Box>
        </Grid.Col>
      </Grid>
    </Page>
  )
}
