/** One rollout: where it stands, both arms side by side, every decision, and the administrator's hand. */
import { Badge, Button, Group, Stack, Stepper, Table, Text, Timeline } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconArrowLeft } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import type { z } from 'zod'
import type { getRollout, RolloutView } from '../../../../src/http/contract/rollouts.ts'
import { TimeChart } from '../../../components/charts/time-chart.tsx'
import { Page } from '../../../components/page.tsx'
import { formatCost, formatDateTime, formatTook } from '../../../format.ts'
import { rolloutQuery } from '../admin-queries.ts'
import { Section } from '../../../components/section.tsx'
import { WideTable } from '../../../components/wide-table.tsx'
import { formatCompact, formatShare } from '../format-admin.ts'
import { QueryView } from '../query-view.tsx'
import { useSentence } from '../use-sentence.ts'
import { RolloutStatus } from './rollout-status.tsx'
import { SteerButtons } from './steer-buttons.tsx'
import chartClasses from '../../../components/charts/charts.module.css'

type Rollout = z.output<typeof getRollout.response>
type Comparison = RolloutView['comparisons'][number]
type Point = Rollout['series']['control'][number]

const verdictColors = { worse: 'rose', 'good-enough': 'pine', open: 'gray' } as const

const useMeasure = (): ((measure: Comparison['measure'], value: number | null) => string) => {
  const { i18n } = useTranslation()
  return (measure, value) => {
    if (value === null) return '–'
    if (measure === 'errors') return formatShare(value, i18n.language)
    return measure === 'latency' ? formatTook(value, i18n.language) : formatCost(value, i18n.language)
  }
}

const Comparisons = ({ rollout }: { rollout: Rollout }): ReactElement => {
  const { t, i18n } = useTranslation()
  const show = useMeasure()
  const locale = i18n.language
  const { control, candidate } = rollout.arms
  const evidence = (value: number | null, limit: number): string =>
    value === null ? '–' : `${value.toFixed(1)} / ${limit.toFixed(1)}`
  return (
    <Section title={t('admin.rollouts.comparison')} description={t('admin.rollouts.comparisonHint')}>
      <WideTable
        minWidth={620}
        verticalSpacing={6}
        columns={[
          t('admin.rollouts.measure'),
          t('admin.rollouts.control'),
          t('admin.rollouts.candidate'),
          t('admin.rollouts.worseEvidence'),
          t('admin.rollouts.passEvidence'),
          t('admin.rollouts.verdict'),
        ]}
      >
        <Table.Tr>
          <Table.Td>{t('admin.figure.requests')}</Table.Td>
          <Table.Td>{formatCompact(control.requests, locale)}</Table.Td>
          <Table.Td>{formatCompact(candidate.requests, locale)}</Table.Td>
          <Table.Td colSpan={3}>{t('admin.rollouts.needed', { count: rollout.plan.minimumSamples })}</Table.Td>
        </Table.Tr>
        {rollout.comparisons.map((one) => (
          <Table.Tr key={one.measure}>
            <Table.Td>{t(`admin.rollouts.measures.${one.measure}`)}</Table.Td>
            <Table.Td>{show(one.measure, one.control)}</Table.Td>
            <Table.Td>{show(one.measure, one.candidate)}</Table.Td>
            <Table.Td>{evidence(one.worseEvidence, one.stopAt)}</Table.Td>
            <Table.Td>{evidence(one.passEvidence, one.passAt)}</Table.Td>
            <Table.Td>
              <Badge color={verdictColors[one.verdict]}>{t(`admin.rollouts.verdicts.${one.verdict}`)}</Badge>
            </Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
    </Section>
  )
}

/** Both arms at the same times. */
const joinArms = ({ series }: Rollout, read: (point: Point) => number | null) => {
  const candidate = new Map(series.candidate.map((point) => [point.at, point]))
  const control = new Map(series.control.map((point) => [point.at, point]))
  const times = [...new Set([...control.keys(), ...candidate.keys()])].toSorted()
  const value = (point: Point | undefined): number | null =>
    point === undefined || point.requests === 0 ? null : read(point)
  return times.map((at) => ({
    at,
    values: { control: value(control.get(at)), candidate: value(candidate.get(at)) },
  }))
}

const Curves = ({ rollout }: { rollout: Rollout }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const series = [
    { name: 'control', label: `${t('admin.rollouts.control')}: ${rollout.control}`, color: 'pine.6' },
    {
      name: 'candidate',
      label: `${t('admin.rollouts.candidate')}: ${rollout.candidate}`,
      color: 'amber.5',
      dashed: true,
    },
  ]
  return (
    <div className={chartClasses.grid} style={{ marginBottom: 16 }}>
      <TimeChart
        title={t('admin.rollouts.errorCurves')}
        points={joinArms(rollout, ({ errorRate }) => errorRate)}
        series={series}
        grain={rollout.bucket}
        format={(value) => formatShare(value, locale)}
      />
      <TimeChart
        title={t('admin.rollouts.timeCurves')}
        points={joinArms(rollout, ({ p95Ms }) => p95Ms)}
        series={series}
        grain={rollout.bucket}
        format={(value) => formatTook(value, locale)}
      />
    </div>
  )
}

const Decisions = ({ rollout }: { rollout: Rollout }): ReactElement => {
  const { t, i18n } = useTranslation()
  const show = useMeasure()
  const sentence = useSentence()
  const share = (percent: number): string => formatShare(percent / 100, i18n.language)
  return (
    <Section title={t('admin.rollouts.decisions')}>
      <Timeline bulletSize={14} lineWidth={2} color="gray">
        {rollout.decisions.map((decision) => (
          <Timeline.Item
            key={decision.id}
            title={
              <Text size="sm" fw={600}>
                {t(`admin.rollouts.action.${decision.action}`)} · {share(decision.fromPercent)} →{' '}
                {share(decision.toPercent)}
              </Text>
            }
          >
            <Text size="sm">{sentence(decision.statement, decision.reason)}</Text>
            <Text size="xs" c="dimmed">
              {decision.by === 'watch' ? t('admin.rollouts.byItself') : decision.by} ·{' '}
              {formatDateTime(decision.at, i18n.language)}
              {decision.comparisons.map(
                (one) =>
                  ` · ${t(`admin.rollouts.measures.${one.measure}`)} ${show(one.measure, one.control)} / ${show(one.measure, one.candidate)}`,
              )}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </Section>
  )
}

const Content = ({ rollout }: { rollout: Rollout }): ReactElement => {
  const { t, i18n } = useTranslation()
  const sentence = useSentence()
  const done = rollout.status === 'completed' ? rollout.plan.stages.length : rollout.stage
  return (
    <>
      <Section title={t('admin.rollouts.state')} actions={<SteerButtons rollout={rollout} />}>
        <Stack gap="sm">
          <Group gap="xs">
            <RolloutStatus status={rollout.status} />
            <Text size="sm">{t('admin.rollouts.percentOf', { percent: rollout.percent })}</Text>
          </Group>
          <Text size="sm">{sentence(rollout.statement, rollout.reason)}</Text>
          <Stepper active={done} size="xs" allowNextStepsSelect={false} iconSize={26}>
            {rollout.plan.stages.map((percent) => (
              <Stepper.Step key={percent} label={formatShare(percent / 100, i18n.language)} allowStepSelect={false} />
            ))}
          </Stepper>
        </Stack>
      </Section>
      <Comparisons rollout={rollout} />
      <Curves rollout={rollout} />
      <Decisions rollout={rollout} />
    </>
  )
}

export const RolloutPage = (): ReactElement => {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const rollout = useQuery(rolloutQuery(id))
  return (
    <Page
      title={rollout.data?.name ?? t('admin.rollouts.one')}
      width={1180}
      {...(rollout.data !== undefined && { description: `${rollout.data.control} → ${rollout.data.candidate}` })}
      actions={
        <Button
          component={Link}
          to="/admin/rollouts"
          variant="default"
          size="xs"
          leftSection={<IconArrowLeft size={15} aria-hidden />}
        >
          {t('admin.rollouts.all')}
        </Button>
      }
    >
      <QueryView query={rollout}>{(data) => <Content rollout={data} />}</QueryView>
    </Page>
  )
}
