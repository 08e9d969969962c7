/** How far a check of all models is: lists that were read, questions that were asked. */
import { Progress, Stack, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { SyncRunView } from '../sync/provider-results.tsx'
import type { ProviderTotals } from './check-summary.tsx'
import { countRun } from './run-counts.ts'

/** Reading the lists is the first part of the bar, asking models the rest. */
const listShare = 40

export const CheckProgress = ({ run, providers }: { run: SyncRunView; providers: ProviderTotals }): ReactElement => {
  const { t } = useTranslation()
  const total = Math.max(1, run.providers?.length ?? providers.length)
  const asked = run.results.length
  const models = countRun(run)
  const isReading = asked < total && models.due === 0
  const questions = { asked: models.asked, due: models.due, answered: models.answered }
  const text = isReading
    ? t('admin.checkAll.asked', { asked, total })
    : models.due > 0
      ? t('admin.checkAll.questions', questions)
      : t('admin.checkAll.probing')
  const lists = Math.min(1, asked / total) * (run.probe ? listShare : 95)
  const probes = models.due === 0 ? 0 : (models.asked / models.due) * (97 - listShare)
  return (
    <Stack gap={6} data-check-progress>
      <Text size="sm" role="status">
        {run.state === 'waiting' ? t('admin.checkAll.waiting') : text}
      </Text>
      {run.stoppedBy !== null && (
        <Text size="sm" c="dimmed">
          {t('admin.checkAll.stopping')}
        </Text>
      )}
      <Progress value={Math.max(4, lists + (run.probe ? probes : 0))} animated aria-label={t('admin.checkAll.title')} />
    </Stack>
  )
}
