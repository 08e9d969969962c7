/** A model to take instead of one that failed: one click away, and plain about it when nobody has seen it answer. */
import { Button, Text, type ButtonProps } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelOption } from '../../src/http/contract/models.ts'
import { modelsQuery } from '../queries.ts'

interface SuggestionButtonProps {
  /** `provider/key`. */
  model: string
  /** How it is called; left out: by its reference. */
  name?: string
  size: NonNullable<ButtonProps['size']>
  onTake: () => void
}

const standingOf = ({ available, availability, basic }: ModelOption) => {
  if (!available) return 'unavailable'
  return basic || availability === 'available' ? null : 'unknown'
}

export const SuggestionButton = ({ model, name = model, size, onTake }: SuggestionButtonProps): ReactElement => {
  const { t } = useTranslation()
  const { data } = useQuery(modelsQuery)
  // As it stands now: the failure may be of yesterday.
  const known = data?.models.find(({ ref }) => ref === model)
  const standing = known === undefined ? null : standingOf(known)
  return (
    <Button
      size={size}
      variant="default"
      data-suggestion={model}
      disabled={standing === 'unavailable'}
      onClick={onTake}
      {...(standing !== null && {
        rightSection: (
          <Text span inherit c="dimmed" data-standing={standing}>
            {t(`model.${standing}`)}
          </Text>
        ),
      })}
    >
      {name}
    </Button>
  )
}
