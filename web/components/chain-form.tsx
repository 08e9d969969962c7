/** Models in their order: added, moved, taken out. Every move works by buttons, so also without a mouse. */
import { ActionIcon, Stack, Switch, Text } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { DialogActions } from './dialog-actions.tsx'
import { ProblemAlert } from './problem-alert.tsx'
import classes from './chain-form.module.css'

export interface ChainDraft {
  models: string[]
  lastResort: boolean
}

/** Where the next model comes from. */
export interface ChooserProps {
  models: readonly string[]
  isFull: boolean
  onAdd: (ref: string) => void
}

const mostModels = 10

const moved = (models: readonly string[], from: number, to: number): string[] => {
  const rest = models.toSpliced(from, 1)
  return rest.toSpliced(to, 0, models[from] ?? '')
}

/** An empty list means that nobody else is asked: it is never saved by the way. */
const isSame = (one: ChainDraft, other: ChainDraft): boolean =>
  one.lastResort === other.lastResort && one.models.join('\n') === other.models.join('\n')

interface RowsProps {
  models: readonly string[]
  nameOf: (ref: string) => string
  onChange: (models: string[]) => void
}

const Rows = ({ models, nameOf, onChange }: RowsProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <ol className={classes.rows}>
      {models.map((ref, index) => {
        const name = nameOf(ref)
        return (
          <li key={ref} className={classes.row}>
            <span className={classes.name}>
              {index + 1}. {name}
              <span className={classes.ref}>{ref}</span>
            </span>
            <ActionIcon
              aria-label={t('chains.up', { name })}
              disabled={index === 0}
              onClick={() => onChange(moved(models, index, index - 1))}
            >
              <IconArrowUp size={16} aria-hidden />
            </ActionIcon>
            <ActionIcon
              aria-label={t('chains.down', { name })}
              disabled={index === models.length - 1}
              onClick={() => onChange(moved(models, index, index + 1))}
            >
              <IconArrowDown size={16} aria-hidden />
            </ActionIcon>
            <ActionIcon aria-label={t('chains.remove', { name })} onClick={() => onChange(models.toSpliced(index, 1))}>
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </li>
        )
      })}
    </ol>
  )
}

interface ChainFormProps {
  /** What is edited, for screen readers. */
  label: string
  start: ChainDraft
  /** False where the chain is the last resort itself. */
  withLastResort?: boolean
  nameOf: (ref: string) => string
  chooser: (props: ChooserProps) => ReactElement
  saving: boolean
  error: Error | null
  onSave: (draft: ChainDraft) => void
  onCancel: () => void
}

export const ChainForm = (props: ChainFormProps): ReactElement => {
  const { label, start, withLastResort = true, nameOf, chooser: Chooser, saving, error, onSave, onCancel } = props
  const { t } = useTranslation()
  const [draft, setDraft] = useState(start)
  const { models } = draft
  const change = (next: string[]): void => setDraft({ ...draft, models: next })
  return (
    <Stack gap="sm" mt="sm" className={classes.form ?? ''} role="group" aria-label={label}>
      {models.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('chains.nobodyElse')}
        </Text>
      )}
      <Rows models={models} nameOf={nameOf} onChange={change} />
      <Chooser models={models} isFull={models.length >= mostModels} onAdd={(ref) => change([...models, ref])} />
      {withLastResort && (
        <Switch
          label={t('chains.withLastResort')}
          description={t('chains.withLastResortHint')}
          checked={draft.lastResort}
          onChange={(event) => setDraft({ ...draft, lastResort: event.currentTarget.checked })}
        />
      )}
      {error !== null && <ProblemAlert error={error} />}
      <DialogActions
        onCancel={onCancel}
        onAct={() => onSave(draft)}
        isPending={saving}
        whyNot={isSame(draft, start) ? t('chains.unchanged') : null}
      />
    </Stack>
  )
}
