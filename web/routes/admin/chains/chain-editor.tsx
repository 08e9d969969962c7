/** Models in an order: chosen from the catalog, moved up and down by buttons, so by keyboard too. */
import { ActionIcon, Button, Checkbox, Group, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { catalogQuery } from '../admin-queries.ts'

interface ChainEditorProps {
  name: string
  models: readonly string[]
  /** Null where there is no such choice. */
  lastResort: boolean | null
  saving: boolean
  error: unknown
  onSave: (chain: { models: string[]; lastResort: boolean }) => void
  onCancel: () => void
}

const longest = 10

const swapped = (models: readonly string[], index: number, other: number): string[] => {
  const next = [...models]
  const [one, two] = [next[index], next[other]]
  if (one !== undefined && two !== undefined) [next[index], next[other]] = [two, one]
  return next
}

export const ChainEditor = (props: ChainEditorProps): ReactElement => {
  const { name, saving, error, onSave, onCancel } = props
  const { t } = useTranslation()
  const catalog = useQuery(catalogQuery)
  const [models, setModels] = useState<readonly string[]>(props.models)
  const [lastResort, setLastResort] = useState(props.lastResort ?? false)
  const choices = (catalog.data?.models ?? [])
    .filter((model) => model.active && !models.includes(model.ref))
    .map((model) => ({ value: model.ref, label: `${model.displayName} (${model.ref})` }))
  return (
    <Stack gap="sm" mt="sm" role="group" aria-label={t('admin.editNamed', { name })}>
      {models.map((model, index) => (
        <Group key={model} gap={4} wrap="nowrap">
          <Text size="sm" className="tabular" miw={22}>
            {index + 1}.
          </Text>
          <Text size="sm" flex={1} style={{ overflowWrap: 'anywhere' }}>
            {model}
          </Text>
          <ActionIcon
            aria-label={t('admin.chains.up', { name: model })}
            disabled={index === 0}
            onClick={() => setModels(swapped(models, index, index - 1))}
          >
            <IconArrowUp size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon
            aria-label={t('admin.chains.down', { name: model })}
            disabled={index === models.length - 1}
            onClick={() => setModels(swapped(models, index, index + 1))}
          >
            <IconArrowDown size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon
            aria-label={t('admin.chains.takeOut', { name: model })}
            onClick={() => setModels(models.filter((one) => one !== model))}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Select
        label={t('admin.chains.addModel')}
        data={choices}
        value={null}
        onChange={(value) => value !== null && setModels([...models, value])}
        searchable
        limit={60}
        disabled={models.length >= longest}
      />
      {props.lastResort !== null && (
        <Checkbox
          label={t('admin.chains.thenLastResort')}
          checked={lastResort}
          onChange={(event) => setLastResort(event.currentTarget.checked)}
        />
      )}
      {error !== null && <ProblemAlert error={error} />}
      <Group gap="xs">
        <Button size="xs" loading={saving} onClick={() => onSave({ models: [...models], lastResort })}>
          {t('action.save')}
        </Button>
        <Button size="xs" variant="default" onClick={onCancel}>
          {t('action.cancel')}
        </Button>
      </Group>
    </Stack>
  )
}
