/** The chosen texts, each with its choice above; every one after the first is compared with the first. */
import { ActionIcon, Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useMemo, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { textKinds, type TranscriptionText } from '../../../src/http/contract/transcriptions.ts'
import { Differences } from '../../components/differences.tsx'
import { formatCost, formatPercent, formatTook } from '../../format.ts'
import { compareTexts, type Comparison } from '../../transcript/compare-texts.ts'
import { useProviderNames } from '../../provider-names.ts'
import { labelOfText, makerOfText, variantOfText } from '../recording/label-of-text.ts'
import { mostTexts } from './choose-texts.ts'
import classes from './compare.module.css'

interface ColumnsProps {
  texts: readonly TranscriptionText[]
  chosen: readonly TranscriptionText[]
  onChoose: (ids: string[]) => void
}

type Layout = 'columns' | 'one'

const Body = ({
  comparison,
  first,
  two,
  layout,
}: {
  comparison: Comparison
  first: boolean
  two: boolean
  layout: Layout
}) => {
  if (layout === 'one') return <Differences comparison={comparison} />
  // Of two texts each shows its own side; of more, the first (compared with itself) is bare and the others show both.
  return two ? (
    <Differences comparison={comparison} side={first ? 'left' : 'right'} />
  ) : (
    <Differences comparison={comparison} />
  )
}

const Facts = ({ text, comparison }: { text: TranscriptionText; comparison: Comparison | null }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const facts = [
    variantOfText(t, text, locale),
    text.durationMs === null ? null : formatTook(text.durationMs, locale),
    text.costMicrocents === null || text.costMicrocents === 0 ? null : formatCost(text.costMicrocents, locale),
    comparison === null
      ? t('compare.base')
      : t('compare.similarity', { percent: formatPercent(comparison.similarity, locale) }),
    comparison?.coarse === true ? t('compare.coarse') : null,
  ]
  return (
    <Text size="xs" c="dimmed" mb="sm" role={comparison === null ? undefined : 'status'}>
      {facts.filter((fact) => fact !== null).join(' · ')}
    </Text>
  )
}

const useGroups = (texts: readonly TranscriptionText[]) => {
  const { t, i18n } = useTranslation()
  const providers = useProviderNames()
  return useMemo(
    () =>
      textKinds
        .map((kind) => ({
          group: t(`text.${kind}`),
          items: texts
            .filter((text) => text.kind === kind)
            .map((text) => ({ value: text.id, label: labelOfText(t, text, i18n.language, providers) })),
        }))
        .filter((group) => group.items.length > 0),
    [texts, t, i18n.language, providers],
  )
}

export const Columns = ({ texts, chosen, onChoose }: ColumnsProps): ReactElement => {
  const { t } = useTranslation()
  const providers = useProviderNames()
  const [layout, setLayout] = useState<Layout>('columns')
  const data = useGroups(texts)
  const [base] = chosen
  const comparisons = useMemo(
    () => chosen.map((text) => compareTexts(base?.content ?? '', text.content)),
    [chosen, base],
  )
  const ids = chosen.map(({ id }) => id)
  const next = texts.find(({ id }) => !ids.includes(id))
  const two = chosen.length === 2
  const shown = layout === 'one' ? chosen.slice(1) : chosen
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconPlus size={15} aria-hidden />}
          disabled={next === undefined || chosen.length >= mostTexts}
          onClick={() => next !== undefined && onChoose([...ids, next.id])}
        >
          {t('compare.add')}
        </Button>
        <SegmentedControl
          size="xs"
          aria-label={t('compare.layout')}
          value={layout}
          onChange={setLayout}
          data={[
            { value: 'columns', label: t('compare.sideBySide') },
            { value: 'one', label: t('compare.inOne') },
          ]}
        />
      </Group>
      <div className={classes.columns} style={{ '--columns': chosen.length } as React.CSSProperties}>
        {chosen.map((text, index) => (
          <Group key={text.id} gap={4} wrap="nowrap" align="flex-end" className={classes.choice ?? ''}>
            <Select
              flex={1}
              label={index === 0 ? t('compare.first') : t('compare.other', { number: index + 1 })}
              data={data}
              value={text.id}
              onChange={(id) => id !== null && onChoose(ids.with(index, id))}
              allowDeselect={false}
            />
            {chosen.length > 2 && (
              <ActionIcon
                size={36}
                aria-label={t('compare.remove', { number: index + 1 })}
                onClick={() => onChoose(ids.toSpliced(index, 1))}
              >
                <IconX size={16} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        ))}
      </div>
      <div className={classes.columns} style={{ '--columns': shown.length } as React.CSSProperties}>
        {shown.map((text) => {
          const index = chosen.indexOf(text)
          // The first of two shows what the second lacks.
          const comparison = comparisons[index === 0 && two ? 1 : index]
          const title = `${t(`text.${text.kind}`)} · ${makerOfText(t, text, providers)}`
          return (
            <section
              key={text.id}
              className={`card ${classes.column ?? ''}`}
              aria-label={`${index + 1}. ${title}`}
              data-column={index}
            >
              <Text size="sm" fw={600}>
                {title}
              </Text>
              <Facts text={text} comparison={index === 0 ? null : (comparisons[index] ?? null)} />
              {comparison !== undefined && (
                <Body comparison={comparison} first={index === 0} two={two} layout={layout} />
              )}
            </section>
          )
        })}
      </div>
    </Stack>
  )
}
