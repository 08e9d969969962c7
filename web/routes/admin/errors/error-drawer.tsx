/** One failed call: what, why, what to do, its request as far as it was kept, and the other calls of the same request. */
import { Badge, Code, Drawer, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { z } from 'zod'
import type { getErrorEntry } from '../../../../src/http/contract/error-log.ts'
import { WideTable } from '../../../components/wide-table.tsx'
import { formatDateTime, formatNumber, formatTook } from '../../../format.ts'
import { sayReason } from '../../../say-because.ts'
import { operationName } from '../../credits/operation-name.ts'
import { errorQuery } from '../admin-queries.ts'
import { Facts } from '../facts.tsx'
import { FailureText } from '../failure-text.tsx'
import { formatDollars } from '../format-admin.ts'
import { QueryView } from '../query-view.tsx'

type ErrorDetail = z.output<typeof getErrorEntry.response>

const outcomeColors = { answered: 'pine', failed: 'rose', cancelled: 'gray', skipped: 'amber' } as const

const Attempts = ({ error }: { error: ErrorDetail }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  return (
    <section aria-label={t('admin.errors.attempts')}>
      <Title order={3} size="h5">
        {t('admin.errors.attempts')}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t('admin.errors.attemptsHint')}
      </Text>
      <WideTable
        minWidth={560}
        verticalSpacing={5}
        columns={[
          t('admin.errors.model'),
          t('admin.errors.outcome'),
          t('admin.test.time'),
          t('admin.figure.tokens'),
          t('admin.test.cost'),
        ]}
      >
        {error.attempts.map((attempt) => (
          <Table.Tr key={attempt.id} {...(attempt.id === error.id && { 'aria-current': true })}>
            <Table.Td>
              <Text size="sm" fw={attempt.id === error.id ? 650 : 450}>
                {attempt.provider}/{attempt.model}
              </Text>
              <Text size="xs" c="dimmed">
                {attempt.reason !== '' && sayReason(t, locale, attempt.reason, attempt.because)}
              </Text>
            </Table.Td>
            <Table.Td>
              <Badge color={outcomeColors[attempt.outcome]}>
                {t(`admin.errors.outcomes.${attempt.outcome}`)}
                {attempt.code !== null && ` · ${attempt.code}`}
              </Badge>
            </Table.Td>
            <Table.Td>{formatTook(attempt.durationMs, locale)}</Table.Td>
            <Table.Td>
              {attempt.inputTokens === null
                ? '–'
                : `${formatNumber(attempt.inputTokens, locale)} / ${formatNumber(attempt.outputTokens ?? 0, locale)}`}
            </Table.Td>
            <Table.Td>{attempt.costUsd === null ? '–' : formatDollars(attempt.costUsd, locale)}</Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
    </section>
  )
}

const Content = ({ error }: { error: ErrorDetail }): ReactElement => {
  const { t, i18n } = useTranslation()
  return (
    <Stack gap="lg">
      <FailureText code={error.code} message={error.message} title={error.title} advice={error.advice} />
      <Facts
        facts={[
          [t('admin.errors.time'), formatDateTime(error.at, i18n.language)],
          [t('admin.errors.model'), error.provider === '' ? error.model : `${error.provider}/${error.model}`],
          [t('admin.errors.operation'), operationName(t, error.operation)],
          [t('admin.errors.filter.blame'), t(`admin.errors.blame.${error.blame}`)],
          ['HTTP', error.status],
          [t('admin.errors.credential'), error.credential],
          [t('admin.errors.after'), formatTook(error.durationMs, i18n.language)],
          [
            t('admin.errors.request'),
            <Link key="request" to={`/admin/choices?requestId=${encodeURIComponent(error.requestId)}`}>
              {error.requestId}
            </Link>,
          ],
          [
            t('admin.errors.recording'),
            error.transcriptionId === null ? null : (
              <Link key="recording" to={`/recordings/${error.transcriptionId}`}>
                {t('admin.errors.openRecording')}
              </Link>
            ),
          ],
        ]}
      />
      <section aria-label={t('admin.errors.payload')}>
        <Title order={3} size="h5">
          {t('admin.errors.payload')}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t(`admin.errors.policy.${error.payloadPolicy}`)}
        </Text>
        {error.payload !== null && error.payload !== undefined && (
          <Code block mah={320} style={{ overflow: 'auto' }} tabIndex={0} aria-label={t('admin.errors.payload')}>
            {JSON.stringify(error.payload, null, 2)}
          </Code>
        )}
      </section>
      <Attempts error={error} />
    </Stack>
  )
}

const Loaded = ({ id }: { id: string }): ReactElement => {
  const error = useQuery(errorQuery(id))
  return <QueryView query={error}>{(data) => <Content error={data} />}</QueryView>
}

interface ErrorDrawerProps {
  id: string | null
  onClose: () => void
}

export const ErrorDrawer = ({ id, onClose }: ErrorDrawerProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Drawer opened={id !== null} onClose={onClose} position="right" size="xl" title={t('admin.errors.oneTitle')}>
      {id !== null && <Loaded key={id} id={id} />}
    </Drawer>
  )
}
