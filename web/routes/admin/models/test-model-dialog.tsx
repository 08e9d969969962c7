/** A real call to one model: what it said, how long it took, what it cost, or why it failed. */
import { Blockquote, Button, Group, Loader, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { testCatalogModel, type CatalogModel } from '../../../../src/http/contract/model-admin.ts'
import { call } from '../../../api.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { formatNumber, formatTook } from '../../../format.ts'
import { FailureText } from '../failure-text.tsx'
import { Facts } from '../facts.tsx'
import { formatDollars } from '../format-admin.ts'

const ask = async ({ provider, key }: CatalogModel) => await call(testCatalogModel, { params: { provider, key } })
type TestResult = Awaited<ReturnType<typeof ask>>

const Result = ({ result }: { result: TestResult }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const tokens = (count: number | null): string => (count === null ? t('admin.unknown') : formatNumber(count, locale))
  return (
    <Stack gap="sm" data-test-result={result.ok ? 'ok' : 'failed'} role="status">
      {result.error !== null && <FailureText {...result.error} />}
      {result.text !== '' && (
        <Blockquote p="sm" color="pine" fz="sm">
          {result.text}
        </Blockquote>
      )}
      <Facts
        facts={[
          [t('admin.test.time'), formatTook(result.durationMs, locale)],
          [t('admin.test.tokensIn'), result.ok ? tokens(result.inputTokens) : null],
          [t('admin.test.tokensOut'), result.ok ? tokens(result.outputTokens) : null],
          [
            t('admin.test.cost'),
            result.ok ? (result.costUsd === null ? t('admin.unknown') : formatDollars(result.costUsd, locale)) : null,
          ],
          [t('admin.test.servedModel'), result.servedModel],
          [t('admin.test.notes'), result.notes.join(' · ')],
        ]}
      />
    </Stack>
  )
}

interface TestModelDialogProps {
  model: CatalogModel | null
  onClose: () => void
}

const Content = ({ model, onClose }: { model: CatalogModel; onClose: () => void }): ReactElement => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const test = useMutation({
    mutationFn: ask,
    onSettled: () => void client.invalidateQueries({ queryKey: ['admin'] }),
  })
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('admin.test.hint')}
      </Text>
      <Text size="sm">“This is a test. Please improve this sentence.”</Text>
      {test.isPending && (
        <Group gap="sm" role="status">
          <Loader size="sm" />
          <Text size="sm">{t('admin.test.running', { name: model.ref })}</Text>
        </Group>
      )}
      {test.error !== null && <ProblemAlert error={test.error} />}
      {test.data !== undefined && !test.isPending && <Result result={test.data} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('action.close')}
        </Button>
        <Button loading={test.isPending} onClick={() => test.mutate(model)} data-autofocus>
          {test.data === undefined ? t('admin.test.run') : t('admin.test.again')}
        </Button>
      </Group>
    </Stack>
  )
}

export const TestModelDialog = ({ model, onClose }: TestModelDialogProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Modal
      opened={model !== null}
      onClose={onClose}
      size="lg"
      title={t('admin.test.title', { name: model?.ref ?? '' })}
    >
      {model !== null && <Content key={model.ref} model={model} onClose={onClose} />}
    </Modal>
  )
}
