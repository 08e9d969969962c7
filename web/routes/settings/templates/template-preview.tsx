import { Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { previewTemplate } from '../../../../src/http/contract/templates.ts'
import { Disclosure } from '../../../components/disclosure.tsx'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import classes from './template-preview.module.css'

type Preview = z.output<typeof previewTemplate.response>

/** The prompt with examples in place of the variables; all that the model is told stands behind it. */
export const TemplatePreview = ({ preview }: { preview: UseQueryResult<Preview> }): ReactElement | null => {
  const { t } = useTranslation()
  if (preview.error !== null) return <ProblemAlert error={preview.error} onRetry={() => void preview.refetch()} />
  if (preview.data === undefined || preview.data.prompt.trim() === '') return null
  return (
    <Stack gap={6} className={classes.box ?? ''} data-template-preview>
      <Text size="xs" fw={600}>
        {t('templates.preview')}
      </Text>
      <p className={classes.text}>{preview.data.prompt}</p>
      <Disclosure label={t('templates.wholePrompt')}>{preview.data.system}</Disclosure>
    </Stack>
  )
}
