/** One week, to be read: numbers against the week before, models, troubles, what changed. */
import { Anchor, Badge, Button, Group, List, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconArrowLeft, IconPrinter } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import type { ReportBody } from '../../../../src/http/contract/reports.ts'
import { Page } from '../../../components/page.tsx'
import { formatCost, formatDateTime, formatTook } from '../../../format.ts'
import { sayReason } from '../../../say-because.ts'
import { reportQuery } from '../admin-queries.ts'
import { Section } from '../../../components/section.tsx'
import { WideTable } from '../../../components/wide-table.tsx'
import { formatCompact, formatShare } from '../format-admin.ts'
import { Deliveries } from '../deliveries.tsx'
import { QueryView } from '../query-view.tsx'
import { Tiles, type Tile } from '../tiles.tsx'
import { useSentence } from '../use-sentence.ts'
import { formatRange } from './format-range.ts'

type Totals = ReportBody['totals']

const useTiles = (): ((totals: Totals, before: Totals | null) => Tile[]) => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const time = (ms: number | null): string => (ms === null ? '–' : formatTook(ms, locale))
  const cost = (microcents: number | null): string =>
    microcents === null ? t('admin.unknown') : formatCost(microcents, locale)
  const shown = (totals: Totals): [string, string][] => [
    [t('admin.figure.requests'), formatCompact(totals.requests, locale)],
    [t('admin.figure.errorRate'), formatShare(totals.errorRate, locale)],
    [t('admin.figure.p50'), time(totals.p50Ms)],
    [t('admin.figure.p95'), time(totals.p95Ms)],
    [t('admin.figure.tokens'), formatCompact(totals.inputTokens + totals.outputTokens, locale)],
    [t('admin.figure.cost'), cost(totals.costMicrocents)],
  ]
  return (totals, before) => {
    const old = before === null ? [] : shown(before)
    return shown(totals).map(([label, value], index) => ({
      label,
      value,
      hint: old[index] === undefined ? undefined : t('admin.health.before', { value: old[index][1] }),
    }))
  }
}

type Line = ReportBody['models'][number]

const Lines = ({
  lines,
  codes,
}: {
  lines: readonly (Line & { codes?: Record<string, number> })[]
  codes?: boolean
}) => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  return (
    <WideTable
      minWidth={620}
      verticalSpacing={5}
      columns={[
        t('admin.errors.model'),
        t('admin.figure.requests'),
        t('admin.figure.errorRate'),
        t('admin.figure.p95'),
        codes === true ? t('admin.reports.codes') : t('admin.figure.cost'),
      ]}
    >
      {lines.map((line) => {
        const ref = `${line.provider}/${line.model}`
        return (
          <Table.Tr key={ref}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <Anchor component={Link} to={`/admin/ai-models?model=${encodeURIComponent(ref)}`} size="sm" c="inherit">
                {ref}
              </Anchor>
            </Table.Td>
            <Table.Td>{formatCompact(line.requests, locale)}</Table.Td>
            <Table.Td>{formatShare(line.errorRate, locale)}</Table.Td>
            <Table.Td>{line.p95Ms === null ? '–' : formatTook(line.p95Ms, locale)}</Table.Td>
            <Table.Td>
              {codes === true
                ? Object.entries(line.codes ?? {})
                    .map(([code, count]) => `${code} ${count}`)
                    .join(', ')
                : line.costMicrocents === null
                  ? t('admin.unknown')
                  : formatCost(line.costMicrocents, locale)}
            </Table.Td>
          </Table.Tr>
        )
      })}
    </WideTable>
  )
}

const Catalog = ({ body }: { body: ReportBody }): ReactElement => {
  const { t, i18n } = useTranslation()
  const { active, inactive, added, removed } = body.catalog
  return (
    <Section title={t('admin.reports.catalog')}>
      <Text size="sm">{t('admin.reports.catalogCounts', { active, inactive })}</Text>
      <List size="sm" mt="xs">
        {added.map((one) => (
          <List.Item key={`+${one.provider}/${one.model}`}>
            {t('admin.reports.added')} {one.provider}/{one.model}
          </List.Item>
        ))}
        {removed.map((one) => (
          <List.Item key={`-${one.provider}/${one.model}`}>
            {t('admin.reports.removed')} {one.provider}/{one.model}:{' '}
            {sayReason(t, i18n.language, one.reason, one.because)}
          </List.Item>
        ))}
      </List>
      {added.length + removed.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('admin.reports.noChange')}
        </Text>
      )}
    </Section>
  )
}

const Troubles = ({ body }: { body: ReportBody }): ReactElement => {
  const { t, i18n } = useTranslation()
  const sentence = useSentence()
  return (
    <Section title={t('admin.reports.troubles')}>
      <Text size="sm">{t('admin.reports.alertCounts', { ...body.alerts })}</Text>
      <Group gap="xs" mt="xs">
        {body.alerts.byKind.map(({ kind, count }) => (
          <Badge key={kind} color="gray">
            {t(`admin.alerts.kind.${kind}.title`, { defaultValue: kind })}: {count}
          </Badge>
        ))}
      </Group>
      <List size="sm" mt="xs">
        {body.disabled.map((one) => (
          <List.Item key={`${one.provider}/${one.model} ${one.at}`}>
            {t('admin.reports.disabled')} {one.provider}/{one.model}: {sentence(one.statement, one.reason)}
          </List.Item>
        ))}
        {body.rollouts.map((one) => (
          <List.Item key={one.id}>
            <Link to={`/admin/rollouts/${one.id}`}>
              {one.control} → {one.candidate}
            </Link>
            : {t(`admin.rollouts.status.${one.status}`)}, {formatShare(one.percent / 100, i18n.language)}.{' '}
            {sentence(one.statement, one.reason)}
          </List.Item>
        ))}
      </List>
      <Text size="sm" mt="xs">
        {t('admin.reports.scheduleCounts', { ...body.schedules })}
      </Text>
    </Section>
  )
}

const Body = ({ body }: { body: ReportBody }): ReactElement => {
  const { t } = useTranslation()
  const tiles = useTiles()
  return (
    <>
      <Tiles tiles={tiles(body.totals, body.before)} />
      <Section title={t('admin.reports.models')}>
        {body.models.length === 0 ? <Text size="sm">{t('admin.reports.noCalls')}</Text> : <Lines lines={body.models} />}
      </Section>
      {body.worst.length > 0 && (
        <Section title={t('admin.reports.worst')}>
          <Lines lines={body.worst} codes />
        </Section>
      )}
      <Troubles body={body} />
      <Catalog body={body} />
    </>
  )
}

export const ReportPage = (): ReactElement => {
  const { t, i18n } = useTranslation()
  const { id = '' } = useParams()
  const sentence = useSentence()
  const report = useQuery(reportQuery(id))
  const range = report.data === undefined ? '' : formatRange(report.data.from, report.data.to, i18n.language)
  return (
    <Page
      title={range === '' ? t('admin.reports.one') : t('admin.reports.week', { range })}
      width={980}
      {...(report.data !== undefined && { description: sentence(report.data.statement, report.data.headline) })}
      actions={
        <Group gap="xs">
          <Button
            component={Link}
            to="/admin/reports"
            variant="default"
            size="xs"
            leftSection={<IconArrowLeft size={15} aria-hidden />}
          >
            {t('admin.reports.all')}
          </Button>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPrinter size={15} aria-hidden />}
            onClick={() => globalThis.print()}
          >
            {t('admin.reports.print')}
          </Button>
        </Group>
      }
    >
      <QueryView query={report}>
        {({ body, deliveries, createdAt }) => (
          <>
            <Body body={body} />
            <Text size="xs" c="dimmed">
              {t('admin.reports.made', { time: formatDateTime(createdAt, i18n.language) })}
            </Text>
            {deliveries.length > 0 && <Deliveries deliveries={deliveries} />}
          </>
        )}
      </QueryView>
    </Page>
  )
}
