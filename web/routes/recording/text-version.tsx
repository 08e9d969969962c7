/** One finished text: its warnings, its maker, reading and editing. */
import { Alert, Button, CopyButton, Group, Menu, Text, Textarea } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  IconAlertTriangle,
  IconCheck,
  IconColumns,
  IconCopy,
  IconDots,
  IconPencil,
  IconSparkles,
  IconTrash,
} from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useMemo, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Because } from '../../../src/http/contract/reason.ts'
import { deleteText, type Transcription, type TranscriptionText } from '../../../src/http/contract/transcriptions.ts'
import { call } from '../../api.ts'
import { translateCode } from '../../describe-problem.ts'
import { ConflictDialog } from '../../editing/conflict-dialog.tsx'
import { EditControls } from '../../editing/edit-controls.tsx'
import { useTextEdits } from '../../editing/use-text-edits.ts'
import { transcriptionQuery } from '../../queries.ts'
import { asSentence, readBecause, sayBecause, sayFailure, sayReason } from '../../say-because.ts'
import { parseMarkdown, parsePlain } from '../../transcript/parse-markdown.ts'
import { useProviderNames, type ProviderNames } from '../../provider-names.ts'
import { FindBar } from './find-bar.tsx'
import { leavesOf, TextBody } from './text-body.tsx'
import { TextFacts } from './text-facts.tsx'
import { useFind } from './use-find.ts'
import classes from './recording.module.css'

interface TextVersionProps {
  recording: Transcription
  text: TranscriptionText
  /** Another finished version of the same kind, to compare with. */
  previous: TranscriptionText | undefined
  onRunAgain: () => void
}

/** Why the chosen model did not answer: in plain words, and in the provider's own. */
const whyFallback = (
  t: TFunction,
  locale: string,
  { attempts, decision, originalModel }: TranscriptionText,
  providers: ProviderNames,
): string | null => {
  const failed = attempts.find(({ outcome, errorCode }) => outcome === 'failed' && typeof errorCode === 'string')
  if (typeof failed?.['errorCode'] === 'string') {
    const { title } = translateCode(t, failed['errorCode'])
    const { provider, errorMessage, errorBecause } = failed
    const who = typeof provider === 'string' ? provider : null
    const message = typeof errorMessage === 'string' ? errorMessage : ''
    const words = who !== null && message.startsWith(`${who}: `) ? message.slice(who.length + 2) : message
    const because = providers.inBecause(readBecause(errorBecause))
    const named = who === null ? null : providers.of(who)
    const said = sayFailure(t, locale, { message, because, provider: named, providerMessage: words || null })
    return said === null ? `${title}.` : `${title}. ${said}`
  }
  const passedOver = decision?.skipped.find(
    ({ provider, model }) => originalModel === model || originalModel === `${provider}/${model}`,
  )
  if (passedOver === undefined) return null
  const because = providers.inBecause(passedOver.because)
  return `${asSentence(sayReason(t, locale, passedOver.reason, because), locale, because)}.`
}

const Warnings = ({ text }: { text: TranscriptionText }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const providers = useProviderNames()
  const ours = (words: string, given: Because | undefined): string => {
    const because = providers.inBecause(given)
    return asSentence(sayBecause(t, locale, because) ?? words, locale, because)
  }
  const icon = <IconAlertTriangle size={20} aria-hidden />
  return (
    <>
      {text.fallbackUsed && (
        <Alert
          color="amber"
          icon={icon}
          data-fallback
          title={t('text.fallback', {
            original: text.originalModel === null ? t('text.chosenModel') : providers.inRef(text.originalModel),
            model: text.model ?? '',
            provider: providers.of(text.provider ?? ''),
          })}
        >
          {whyFallback(t, locale, text, providers)}
        </Alert>
      )}
      {text.warnings.map((warning) => (
        <Alert
          key={`${warning.code}${warning.message}`}
          color="amber"
          icon={icon}
          title={t(`text.warning.${warning.code}`, { defaultValue: t('text.warning.other') })}
          data-warning={warning.code}
        >
          {ours(warning.message, warning.because)}
        </Alert>
      ))}
      {!text.complete && (
        <Alert color="amber" icon={icon} title={t('text.incomplete')}>
          {text.missing.map((words, at) => ours(words, text.missingBecause[at])).join(' · ')}
          {text.charge !== null && text.charge.partsMissing > 0 && (
            <Text size="sm" fw={550} mt={4} data-part-charge>
              {t('credits.partsMissing', { count: text.charge.partsMissing, charged: text.charge.partsCharged })}
            </Text>
          )}
        </Alert>
      )}
    </>
  )
}

const MoreMenu = ({ recording, text, previous, onRunAgain }: TextVersionProps): ReactElement => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: async () => await call(deleteText, { params: { id: recording.id, textId: text.id } }),
    onSuccess: () => void client.invalidateQueries({ queryKey: transcriptionQuery(recording.id).queryKey }),
  })
  const confirm = (): void => {
    modals.openConfirmModal({
      title: t('text.deleteTitle'),
      children: <Text size="sm">{t('text.deleteHint')}</Text>,
      labels: { confirm: t('text.delete'), cancel: t('action.keep') },
      confirmProps: { color: 'rose' },
      withCloseButton: false,
      onConfirm: () => remove.mutate(),
    })
  }
  const other = previous ?? recording.texts.find((candidate) => candidate.kind === 'raw' && candidate.status === 'done')
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <Button variant="default" size="compact-sm" aria-label={t('text.more')} px={6}>
          <IconDots size={17} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {other !== undefined && (
          <Menu.Item
            component={Link}
            to={`/recordings/${recording.id}/compare?texts=${other.id},${text.id}`}
            leftSection={<IconColumns size={16} aria-hidden />}
          >
            {previous === undefined ? t('text.compareWithRaw') : t('text.compareVersions')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconSparkles size={16} stroke={1.6} aria-hidden />} onClick={onRunAgain}>
          {t('text.runAgain')}
        </Menu.Item>
        <Menu.Item color="rose" leftSection={<IconTrash size={16} aria-hidden />} onClick={confirm}>
          {t('text.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

export const TextVersion = (props: TextVersionProps): ReactElement => {
  const { recording, text } = props
  const { t } = useTranslation()
  const [writing, setWriting] = useState(false)
  const editing = useTextEdits(recording.id, text)
  const { content } = editing
  const originals = useMemo(() => {
    const original = text.originalContent ?? text.content
    return new Map(original === content ? [] : [[text.id, original]])
  }, [text, content])
  const blocks = useMemo(
    () => (text.kind === 'summary' || text.kind === 'lecture_notes' ? parseMarkdown(content) : parsePlain(content)),
    [content, text.kind],
  )
  const leaves = useMemo(() => leavesOf(blocks), [blocks])
  const find = useFind(leaves)
  return (
    <>
      <Warnings text={text} />
      <TextFacts text={text} />
      <div className={classes.toolbar}>
        <FindBar find={find} />
        <Group gap={6} wrap="nowrap">
          <Button
            size="compact-sm"
            variant={writing ? 'light' : 'default'}
            leftSection={writing ? <IconCheck size={15} aria-hidden /> : <IconPencil size={15} aria-hidden />}
            onClick={() => {
              if (writing) void editing.flush()
              setWriting(!writing)
            }}
          >
            {writing ? t('edit.finish') : t('edit.start')}
          </Button>
          <CopyButton value={content}>
            {({ copied, copy }) => (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
                onClick={copy}
              >
                {copied ? t('text.copied') : t('text.copy')}
              </Button>
            )}
          </CopyButton>
          <MoreMenu {...props} />
          <EditControls editing={editing} originals={originals} />
        </Group>
      </div>
      {writing ? (
        <Textarea
          autosize
          autoFocus
          minRows={8}
          classNames={{ input: classes.editor ?? '' }}
          aria-label={t('edit.textLabel', { text: t(`text.${text.kind}`) })}
          value={content}
          onChange={(event) => editing.change(text.id, event.currentTarget.value)}
        />
      ) : (
        <TextBody blocks={blocks} find={find} />
      )}
      <ConflictDialog editing={editing} />
    </>
  )
}
