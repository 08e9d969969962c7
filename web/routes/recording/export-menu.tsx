import { Button, Popover, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { exportFormats, textKinds, type Transcription } from '../../../src/http/contract/transcriptions.ts'
import { useProviderNames } from '../../provider-names.ts'
import { labelOfText } from './label-of-text.ts'

/** Headings of the file are in the language of the page. */
const exportAddress = (id: string, text: string, format: string, locale: string): string =>
  `/api/v1/transcriptions/${id}/export?${new URLSearchParams({ text, format, locale }).toString()}`

/** Any text in any format; begins with the one that is being read, then the newest of each kind, older versions after. */
export const ExportMenu = ({ recording }: { recording: Transcription }): ReactElement => {
  const { t, i18n } = useTranslation()
  const providers = useProviderNames()
  const done = recording.texts.filter((text) => text.status === 'done')
  const kinds = textKinds.filter((kind) => done.some((text) => text.kind === kind))
  const [params] = useSearchParams()
  const read = kinds.find((kind) => kind === params.get('tab')) ?? kinds[0] ?? 'raw'
  const [chosen, setChosen] = useState<string | null>(null)
  const text = chosen ?? read
  const versions = done.filter((candidate) =>
    done.some((other) => other !== candidate && other.kind === candidate.kind),
  )
  const data = [
    { group: t('export.newest'), items: kinds.map((kind) => ({ value: kind, label: t(`text.${kind}`) })) },
    {
      group: t('export.versions'),
      items: versions.map((version) => ({
        value: version.id,
        label: labelOfText(t, version, i18n.language, providers),
      })),
    },
  ].filter((group) => group.items.length > 0)
  return (
    <Popover
      position="bottom-end"
      width={310}
      onClose={() => setChosen(null)}
      shadow="md"
      radius="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button variant="default" leftSection={<IconDownload size={17} aria-hidden />} disabled={kinds.length === 0}>
          {t('export.title')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('export.title')}>
        <Stack gap="sm">
          <Select
            label={t('export.text')}
            size="sm"
            data={data}
            value={text}
            onChange={setChosen}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
          />
          <Text size="sm" fw={500} mb={-6} id="export-format">
            {t('export.format')}
          </Text>
          <SimpleGrid cols={2} spacing={6} role="group" aria-labelledby="export-format">
            {exportFormats.map((format) => (
              <Button
                key={format}
                component="a"
                href={exportAddress(recording.id, text, format, i18n.language)}
                download
                variant="light"
                color="gray"
                size="xs"
                justify="start"
              >
                {t(`export.formats.${format}`)}
              </Button>
            ))}
          </SimpleGrid>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
