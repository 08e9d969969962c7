/** Runs one step again, or makes a text, with a dialog to choose how. */
import { Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { z } from 'zod'
import { makeText } from '../../../src/http/contract/texts.ts'
import { runStep, type Transcription, type TranscriptionText } from '../../../src/http/contract/transcriptions.ts'
import { call } from '../../api.ts'
import { DialogActions } from '../../components/dialog-actions.tsx'
import { EnginePicker } from '../../components/engine-picker.tsx'
import { LanguagePicker } from '../../components/language-picker.tsx'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { RunEstimate } from '../../components/run-estimate.tsx'
import { useWhyRefused } from '../../components/use-refusal.ts'
import { transcriptionQuery, type EstimateWish } from '../../queries.ts'
import { MakeTextForm } from './make-text/make-text-form.tsx'
import { orderOfText, startOrder, toRequests, type Order, type WrittenKind } from './make-text/order.ts'
import { kindOfStep } from './state-of-kind.ts'

export type RunnableStep = z.output<typeof runStep.params>['step']
type Options = z.input<typeof runStep.body>

interface FormProps {
  recording: Transcription
  step: RunnableStep
  /** Language to begin with, in place of the one that was chosen. */
  language: string | undefined
  onClose: () => void
}

/** Steps before the text, and cleaning: no model writes, so there is little to choose. */
const RunForm = ({ recording, step, language, onClose }: FormProps): ReactElement => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [options, setOptions] = useState<Options>({
    engine: recording.options.engine,
    language: language ?? recording.options.language,
  })
  const change = (changed: Options): void => setOptions((before) => ({ ...before, ...changed }))
  const hears = step !== 'clean'
  const run = useMutation({
    mutationFn: async () => await call(runStep, { params: { id: recording.id, step }, body: hears ? options : {} }),
    // The answer was written before the work began; events of the work may have come before it, so it is asked anew.
    onSuccess: async () => {
      onClose()
      await client.invalidateQueries({ queryKey: transcriptionQuery(recording.id).queryKey })
    },
  })
  const engine = options.engine ?? 'local'
  const wish: EstimateWish = { operations: ['transcription'], engine, transcriptionId: recording.id }
  const whyNot = useWhyRefused(hears ? [wish] : [])
  return (
    <Stack gap="md">
      {run.error !== null && <ProblemAlert error={run.error} />}
      <Text size="sm" c="dimmed">
        {hears ? t('run.recognizeHint') : t('run.cleanHint')}
      </Text>
      {hears && (
        <>
          <LanguagePicker
            label={t('upload.language')}
            allowDeselect={false}
            first={{ value: 'auto', label: t('upload.detect') }}
            value={options.language ?? 'auto'}
            onChange={(chosen) => change({ language: chosen ?? 'auto' })}
          />
          <EnginePicker value={engine} onChange={(chosen) => change({ engine: chosen })} />
          <RunEstimate wish={wish} />
        </>
      )}
      <DialogActions
        onCancel={onClose}
        onAct={() => run.mutate()}
        isPending={run.isPending}
        label={t('run.start')}
        whyNot={whyNot}
      />
    </Stack>
  )
}

export interface RunStep {
  open: (step: RunnableStep, fields?: { model?: string | undefined; language?: string | undefined }) => void
  /** Opens the order of a text, with what is given already chosen. */
  make: (kind: WrittenKind, fields?: Partial<Order>) => void
  /** Runs it at once, as it was. */
  again: (step: RunnableStep) => void
  /** Makes a text at once, as it was to be made. */
  remake: (text: TranscriptionText) => void
  dialog: ReactElement
}

type Wish = { what: 'step'; step: RunnableStep; language: string | undefined } | { what: 'text'; order: Order } | null

const useAgain = (
  recording: Transcription,
  onRefused: (wish: Wish) => void,
  toWish: (text: TranscriptionText) => Wish,
) => {
  const client = useQueryClient()
  const onSuccess = async (): Promise<void> =>
    await client.invalidateQueries({ queryKey: transcriptionQuery(recording.id).queryKey })
  const step = useMutation({
    mutationFn: async (name: RunnableStep) =>
      await call(runStep, { params: { id: recording.id, step: name }, body: {} }),
    onSuccess,
    onError: (_error, name) => onRefused({ what: 'step', step: name, language: undefined }),
  })
  const text = useMutation({
    mutationFn: async (failed: TranscriptionText) => {
      const wish = toWish(failed)
      const [body] = wish?.what === 'text' ? toRequests(wish.order) : []
      if (body !== undefined) await call(makeText, { params: { id: recording.id }, body })
    },
    onSuccess,
    onError: (_error, failed) => onRefused(toWish(failed)),
  })
  return { step, text }
}

export const useRunStep = (recording: Transcription): RunStep => {
  const { t, i18n } = useTranslation()
  const [, setParams] = useSearchParams()
  const [wish, setWish] = useState<Wish>(null)
  const orderWish = (kind: WrittenKind, fields: Partial<Order> = {}): Wish => ({
    what: 'text',
    order: { ...startOrder(recording, kind, i18n.language), ...fields, kind },
  })
  const again = useAgain(recording, setWish, (text) =>
    text.kind === 'raw' || text.kind === 'cleaned' ? null : orderWish(text.kind, orderOfText(text)),
  )
  const close = (): void => setWish(null)
  return {
    open: (step, { model, language } = {}) => {
      const kind = kindOfStep[step]
      setWish(
        kind === undefined
          ? { what: 'step', step, language }
          : orderWish(kind, model === undefined ? {} : { models: [model] }),
      )
    },
    make: (kind, fields) => setWish(orderWish(kind, fields)),
    again: (step) => again.step.mutate(step),
    remake: (text) => again.text.mutate(text),
    dialog: (
      <Modal
        opened={wish !== null}
        onClose={close}
        size={wish?.what === 'text' ? 560 : 'md'}
        title={wish === null ? '' : wish.what === 'step' ? t(`run.${wish.step}`) : t(`make.title.${wish.order.kind}`)}
      >
        {wish?.what === 'step' && (
          <RunForm recording={recording} step={wish.step} language={wish.language} onClose={close} />
        )}
        {wish?.what === 'text' && (
          <MakeTextForm
            recording={recording}
            start={wish.order}
            onClose={close}
            onBegun={(kind) => setParams({ tab: kind }, { replace: true })}
          />
        )}
      </Modal>
    ),
  }
}
