/** One model, or several that do the same at once to be compared; each with what it would take. */
import { ActionIcon, Button, Group, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconPlus, IconX } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { AutomaticChoice } from '../../../../src/http/contract/models.ts'
import { ModelPicker } from '../../../components/model-picker.tsx'
import { RunEstimate } from '../../../components/run-estimate.tsx'
import { modelsQuery } from '../../../queries.ts'
import { mostModels, wishOf, type Order } from './order.ts'

interface ModelsChoiceProps {
  order: Order
  transcriptionId: string
  onChange: (models: string[]) => void
}

/** The next one is an automatic choice that leads to a model not asked yet, so that two are never the same by accident. */
const another = (models: readonly string[], choices: readonly AutomaticChoice[]): string => {
  const leadsTo = (ref: string): string => choices.find((choice) => choice.ref === ref)?.model ?? ref
  const taken = new Set([...models, ...models.map(leadsTo)])
  const free = choices.find(({ ref, model }) => !taken.has(ref) && model !== null && !taken.has(model))
  return free?.ref ?? ''
}

export const ModelsChoice = ({ order, transcriptionId, onChange }: ModelsChoiceProps): ReactElement => {
  const { t } = useTranslation()
  const { models } = order
  const { data } = useQuery(modelsQuery)
  return (
    <Stack gap="md">
      {models.map((model, index) => (
        <Group key={index} gap={6} wrap="nowrap" align="flex-start">
          <Stack gap={8} flex={1} miw={0}>
            <ModelPicker
              label={models.length > 1 ? t('make.modelNumber', { number: index + 1 }) : t('upload.model')}
              value={model}
              onChange={(ref) => onChange(models.with(index, ref))}
            />
            {model !== '' && <RunEstimate wish={wishOf(order.kind, model, transcriptionId)} />}
          </Stack>
          {models.length > 1 && (
            <ActionIcon
              mt={26}
              size={34}
              aria-label={t('make.removeModel', { number: index + 1 })}
              onClick={() => onChange(models.toSpliced(index, 1))}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      ))}
      {models.length < mostModels && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={15} aria-hidden />}
          style={{ alignSelf: 'flex-start' }}
          onClick={() => onChange([...models, another(models, data?.automatic ?? [])])}
        >
          {t('make.addModel')}
        </Button>
      )}
    </Stack>
  )
}
