import { ActionIcon, Box, Group, Stack, Text, Title } from '@mantine/core'
import { IconFile, IconX } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '../../format.ts'
import { useStagedFiles } from '../../uploads/staged-files.ts'

const Staged = ({ largest }: { largest: number }): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const { files, unstage } = useStagedFiles()
  if (files.length === 0) return null
  const problemOf = (file: File): string | null => {
    if (file.size === 0) return t('errors.media-empty.title')
    if (file.size > largest) return t('upload.tooLarge', { size: formatBytes(largest, i18n.language) })
    return null
  }
  return (
    <Box component="section" aria-labelledby="staged-title" mt="lg">
      <Title order={2} id="staged-title" mb="xs">
        {t('upload.chosen', { count: files.length })}
      </Title>
      <Stack gap={6} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {files.map((file, index) => {
          const problem = problemOf(file)
          return (
            <Group component="li" key={`${index}-${file.name}`} className="card" px="md" py="xs" wrap="nowrap">
              <IconFile size={20} stroke={1.5} aria-hidden color="var(--mantine-color-dimmed)" />
              <Stack gap={0} flex={1} miw={0}>
                <Text size="sm" fw={550} truncate title={file.name}>
                  {file.name}
                </Text>
                <Text size="xs" c={problem === null ? 'dimmed' : 'var(--mantine-color-error)'}>
                  {formatBytes(file.size, i18n.language)}
                  {problem !== null && ` · ${problem}`}
                </Text>
              </Stack>
              <ActionIcon aria-label={t('upload.unstage', { name: file.name })} onClick={() => unstage(file)}>
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </Group>
          )
        })}
      </Stack>
    </Box>
  )
}

/** Chosen files, before anything is sent; those that cannot be taken say why at once, and a screen reader reads it too. */
export const StagedList = ({ largest }: { largest: number }): ReactElement => (
  <div aria-live="polite" aria-relevant="additions">
    <Staged largest={largest} />
  </div>
)
