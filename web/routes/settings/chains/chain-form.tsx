/** Models in their order: added, moved, taken out. Every move works by buttons, so also without a mouse. */
import { ActionIcon, Button, Group, Stack, Switch, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { ModelPicker } from '../../../components/model-picker.tsx'
import { modelName } from '../../../components/model-options.ts'
import { modelsQuery } from '../../../queries.ts'
import classes from './chains.module.css'

export interface ChainDraft {
  models: string[]
  lastResort: boolean
}

const mostModels = 10

const moved = (models: readonly string[], from: number, to: number): string[] => {
  const rest = models.toSpliced(from, 1)
  return rest.toSpliced(to, 0, models[from] ?? '')
}

interface ChainFormProps {
  start: ChainDraft
  saving: boolean
  onSave: (draft: ChainDraft) => void
  onCancel: () => void
}

export const ChainForm = ({ start, saving, onSave, onCancel }: ChainFormProps): ReactElement => {
  const { t } = useTranslation()
  const { data } = useQuery(modelsQuery)
  const [draft, setDraft] = useState(start)
  const [added, setAdded] = useState('')
  const { models } = draft
  const change = (next: string[]): void => setDraft({ ...draft, models: next })
  const canAdd = models.length < mostModels && added.includes('/') && !models.includes(added)
  return (
    <Stack gap="sm" className={classes.form ?? ''}>
      {models.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('chains.nobodyElse')}
        </Text>
      )}
      <ol className={classes.rows}>
        {models.map((ref, index) => {
          const name = modelName(t, ref, data?.models ?? [])
          return (
            <li key={ref} className={classes.row}>
              <span className={classes.name}>
                {index + 1}. {name}
                <span className={classes.reason}>{ref}</span>
              </span>
              <ActionIcon
                aria-label={t('chains.up', { name })}
                disabled={index === 0}
                onClick={() => change(moved(models, index, index - 1))}
              >
                <IconArrowUp size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                aria-label={t('chains.down', { name })}
                disabled={index === models.length - 1}
                onClick={() => change(moved(models, index, index + 1))}
              >
                <IconArrowDown size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon aria-label={t('chains.remove', { name })} onClick={() => change(models.toSpliced(index, 1))}>
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </li>
          )
        })}
      </ol>
      <Group align="flex-start" gap="sm">
        <div style={{ flex: '1 1 260px', minWidth: 0 }}>
          <ModelPicker label={t('chains.next')} value={added} onChange={setAdded} onlyModels />
        </div>
        <Button
          mt={26}
          variant="light"
          disabled={!canAdd}
          onClick={() => {
            change([...models, added])
            setAdded('')
          }}
        >
          {t('chains.add')}
        </Button>
      </Group>
      <Switch
        label={t('chains.withLastResort')}
        description={t('chains.withLastResortHint')}
        checked={draft.lastResort}
        onChange={(event) => setDraft({ ...draft, lastResort: event.currentTarget.checked })}
      />
      <Group justify="flex-end">
        <Button variant="default" size="sm" onClick={onCancel}>
          {t('action.cancel')}
        </Button>
        <Button size="sm" loading={saving} onClick={() => onSave(draft)}>
          {t('action.save')}
        </Button>
      </Group>
    </Stack>
  )
}
