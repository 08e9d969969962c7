/** The next model of an own chain: judged and checked like every choice of a model, then added. */
import { Button, Group } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChooserProps } from '../../../components/chain-form.tsx'
import { ModelPicker } from '../../../components/model-picker.tsx'

export const OwnModelChooser = ({ models, isFull, onAdd }: ChooserProps): ReactElement => {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState('')
  const canAdd = !isFull && chosen.includes('/') && !models.includes(chosen)
  const add = (): void => {
    onAdd(chosen)
    setChosen('')
  }
  return (
    <Group align="flex-start" gap="sm">
      <div style={{ flex: '1 1 260px', minWidth: 0 }}>
        <ModelPicker label={t('chains.next')} value={chosen} onChange={setChosen} onlyModels />
      </div>
      <Button mt={26} variant="light" disabled={!canAdd} onClick={add}>
        {t('chains.add')}
      </Button>
    </Group>
  )
}
