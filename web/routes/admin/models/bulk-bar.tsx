/** What can be done to the rows that are chosen. */
import { Button, Group, Modal, NumberInput, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlayerPause, IconPlayerPlay, IconTrash, IconX } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { CatalogModel } from '../../../../src/http/contract/model-admin.ts'
import { firstField } from '../../../components/first-field.ts'
import type { ModelActs } from './use-model-acts.tsx'
import classes from './models.module.css'

interface BulkBarProps {
  chosen: readonly CatalogModel[]
  acts: ModelActs
  onClear: () => void
}

export const BulkBar = ({ chosen, acts, onClear }: BulkBarProps): ReactElement | null => {
  const { t } = useTranslation()
  const [opened, dialog] = useDisclosure()
  const [multiplier, setMultiplier] = useState<number | string>(1)
  if (chosen.length === 0) return null
  const save = (): void => {
    acts.editAll(chosen, { creditMultiplier: Number(multiplier) })
    dialog.close()
  }
  return (
    <div className={`card ${classes.bulk ?? ''}`} role="region" aria-label={t('admin.models.bulk')}>
      <Group gap="xs">
        <Text size="sm" fw={550} role="status">
          {acts.isWorking
            ? t('admin.models.working', { count: chosen.length })
            : t('admin.models.chosen', { count: chosen.length })}
        </Text>
        <Button
          size="xs"
          variant="default"
          disabled={acts.isWorking}
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          onClick={() => acts.setActive(chosen, true)}
        >
          {t('admin.models.switchOn')}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={acts.isWorking}
          leftSection={<IconPlayerPause size={15} aria-hidden />}
          onClick={() => acts.setActive(chosen, false)}
        >
          {t('admin.models.switchOff')}
        </Button>
        <Button size="xs" variant="default" disabled={acts.isWorking} onClick={dialog.open}>
          {t('admin.models.setMultiplier')}
        </Button>
        <Button
          size="xs"
          variant="light"
          color="rose"
          disabled={acts.isWorking}
          leftSection={<IconTrash size={15} aria-hidden />}
          onClick={() => acts.remove(chosen)}
        >
          {t('admin.models.remove')}
        </Button>
        <Button size="xs" variant="subtle" leftSection={<IconX size={15} aria-hidden />} onClick={onClear}>
          {t('admin.models.chooseNone')}
        </Button>
      </Group>
      <Modal opened={opened} onClose={dialog.close} title={t('admin.models.setMultiplier')} withCloseButton={false}>
        <NumberInput
          label={t('admin.models.column.creditMultiplier')}
          description={t('admin.models.multiplierHint')}
          value={multiplier}
          onChange={setMultiplier}
          min={0}
          max={1000}
          decimalScale={3}
          step={0.1}
          {...firstField}
        />
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={dialog.close}>
            {t('action.cancel')}
          </Button>
          <Button disabled={multiplier === ''} onClick={save}>
            {t('admin.models.saveFor', { count: chosen.length })}
          </Button>
        </Group>
      </Modal>
    </div>
  )
}
