import { Badge, Group, Text } from '@mantine/core'
import type { TFunction } from 'i18next'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { TranscriptionText } from '../../../src/http/contract/transcriptions.ts'
import { ChargeFacts } from '../../components/charge-facts.tsx'
import { formatAgo, formatCost, formatDateTime, formatNumber, formatTook } from '../../format.ts'
import { asSentence, sayBecause } from '../../say-because.ts'
import { useProviderNames } from '../../provider-names.ts'
import { makerOfText, variantOfText } from './label-of-text.ts'
import { WhyModel } from './why-model.tsx'

type Note = TranscriptionText['notes'][number]

const noteText = (t: TFunction, locale: string, { message, because }: Note): string => {
  const ours = sayBecause(t, locale, because)
  return ours !== null ? asSentence(ours, locale, because) : t('quote.words', { words: message })
}

/** Who really made the text, when, in what time, at what cost, and what is worth knowing about it. */
export const TextFacts = ({ text }: { text: TranscriptionText }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const providers = useProviderNames()
  const variant = variantOfText(t, text, locale)
  // The fallback has an alert of its own above.
  const notes = text.notes.filter(({ kind }) => kind !== 'fallback')
  return (
    <div>
      <Group gap={8} c="dimmed" fz="sm">
        <Text component="span" size="sm" c="var(--mantine-color-text)" fw={550} data-maker>
          {makerOfText(t, text, providers)}
        </Text>
        {variant !== null && <span>{variant}</span>}
        <time dateTime={text.createdAt} title={formatDateTime(text.createdAt, locale)}>
          {formatAgo(text.createdAt, locale)}
        </time>
        {text.durationMs !== null && text.durationMs >= 100 && <span>{formatTook(text.durationMs, locale)}</span>}
        {text.costMicrocents !== null && text.costMicrocents > 0 && (
          <span>{formatCost(text.costMicrocents, locale)}</span>
        )}
        {text.costMicrocents === null && text.attempts.some((attempt) => attempt['outcome'] === 'answered') && (
          <span data-cost-unknown>{t('text.costUnknown')}</span>
        )}
        {text.charge !== null && <ChargeFacts charge={text.charge} />}
        {text.edited && <Badge color="gray">{t('text.edited')}</Badge>}
      </Group>
      {notes.map((note) => (
        <Text key={`${note.kind}${note.message}`} size="xs" c="dimmed" mt={4} data-note={note.kind}>
          {noteText(t, locale, { ...note, because: providers.inBecause(note.because) })}
        </Text>
      ))}
      {text.plan !== null && text.plan.replans > 0 && text.plan.contextLength !== null && (
        <Text size="xs" c="dimmed" mt={4} data-replanned>
          {t('text.replanned', {
            tokens: formatNumber(text.plan.contextLength, locale, 0),
            count: text.plan.chunks,
          })}
        </Text>
      )}
      <WhyModel text={text} />
    </div>
  )
}
