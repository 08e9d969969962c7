/** Two texts side by side with their differences marked; which two stands in the address. */
import {
  Alert,
  Anchor,
  Group,
  Loader,
  SegmentedControl,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
} from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { IconArrowLeft } from '@tabler/icons-react'
import { useMemo, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { textKinds, type Transcription } from '../../../src/http/contract/transcriptions.ts'
import { Differences } from '../../components/differences.tsx'
import { Page } from '../../components/page.tsx'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { formatPercent } from '../../format.ts'
import { transcriptionQuery } from '../../queries.ts'
import { compareTexts, type Comparison } from '../../transcript/compare-texts.ts'
import { labelOfText, makerOfText } from '../recording/label-of-text.ts'
import { chooseTwo } from './choose-two.ts'

const useComparison = (left: string, right: string): Comparison =>
  useMemo(() => compareTexts(left, right), [left, right])

const Comparing = ({ recording }: { recording: Transcription }): ReactElement => {
  const { t, i18n } = useTranslation()
  const [params, setParams] = useSearchParams()
  const narrow = useMediaQuery('(max-width: 48em)')
  const [layout, setLayout] = useState<'two' | 'one'>('two')
  const done = recording.texts.filter((text) => text.status === 'done')
  const [left, right] = chooseTwo(done, params.get('left'), params.get('right'))
  const comparison = useComparison(left?.content ?? '', right?.content ?? '')
  if (left === undefined || right === undefined) return <Alert color="gray">{t('compare.tooFew')}</Alert>
  const data = textKinds
    .map((kind) => ({
      group: t(`text.${kind}`),
      items: done
        .filter((text) => text.kind === kind)
        .map((text) => ({ value: text.id, label: labelOfText(t, text, i18n.language) })),
    }))
    .filter((group) => group.items.length > 0)
  const select = (side: 'left' | 'right', label: string): ReactElement => (
    <Select
      label={label}
      data={data}
      value={(side === 'left' ? left : right).id}
      onChange={(id) => setParams({ left: left.id, right: right.id, [side]: id ?? '' }, { replace: true })}
      allowDeselect={false}
    />
  )
  const column = (side: 'left' | 'right'): ReactElement => {
    const text = side === 'left' ? left : right
    const title = `${t(`text.${text.kind}`)} · ${makerOfText(t, text)}`
    return (
      <section className="card" style={{ padding: '16px 20px' }} aria-label={title} data-side={side}>
        <Text size="sm" fw={600} mb="sm">
          {title}
        </Text>
        <Differences comparison={comparison} side={side} />
      </section>
    )
  }
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {select('left', t('compare.left'))}
        {select('right', t('compare.right'))}
      </SimpleGrid>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {t('compare.similarity', { percent: formatPercent(comparison.similarity, i18n.language) })}
          {comparison.coarse && ` · ${t('compare.coarse')}`}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t('compare.layout')}
          value={layout}
          onChange={(value) => setLayout(value)}
          data={[
            { value: 'two', label: t('compare.sideBySide') },
            { value: 'one', label: t('compare.inOne') },
          ]}
        />
      </Group>
      {layout === 'one' ? (
        <div className="card" style={{ padding: '16px 20px' }}>
          <Differences comparison={comparison} />
        </div>
      ) : (
        <SimpleGrid cols={narrow ? 1 : 2} style={{ alignItems: 'start' }}>
          {column('left')}
          {column('right')}
        </SimpleGrid>
      )}
    </Stack>
  )
}

export const ComparePage = (): ReactElement => {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const query = useQuery(transcriptionQuery(id))
  return (
    <Page
      title={t('compare.title')}
      width={1280}
      actions={
        <Anchor component={Link} to={`/recordings/${id}`} size="sm">
          <Group gap={6} component="span">
            <IconArrowLeft size={16} aria-hidden />
            {query.data?.title ?? t('compare.back')}
          </Group>
        </Anchor>
      }
    >
      {query.error !== null && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && (
        <Stack role="status" aria-label={t('state.loading')}>
          <Loader size="sm" aria-hidden />
          <Skeleton h={320} radius="lg" />
        </Stack>
      )}
      {query.data !== undefined && <Comparing recording={query.data} />}
    </Page>
  )
}
