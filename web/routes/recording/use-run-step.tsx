/** Runs one step again, with a dialog to choose how. */
import { Button, Group, Modal, SegmentedControl, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { enhancementModes, runStep, type Transcription } from '../../../src/http/contract/transcriptions.ts'
import { call } from '../../api.ts'
import { LanguagePicker } from '../../components/language-picker.tsx'
import { EnginePicker } from '../../components/engine-picker.tsx'
import { ModelPicker } from '../../components/model-picker.tsx'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { transcriptionQuery } from '../../queries.ts'

export type RunnableStep = z.output<typeof runStep.params>['step']
type Options = z.input<typeof runStep.body>

const fields = ['language', 'engine', 'model', 'enhancementMode', 'customInstruction'] as const

const startOptions = (recording: Transcription, model?: string): Options => {
  const options: Options = {}
  for (const field of fields) {
    const value = recording.options[field]
    if (value !== undefined) Object.assign(options, { [field]: value })
  }
  return model === undefined ? options : { ...options, model }
}

interface FormProps {
  recording: Transcription
  step: RunnableStep
  model: string | undefined
  onClose: () => void
}

const Mode = ({ options, change }: { options: Options; change: (fields: Options) => void }): ReactElement => {
  const { t } = useTranslation()
  const mode = options.enhancementMode ?? 'standard'
  return (
    <Stack gap={6}>
      <Text size="sm" fw={500} id="run-mode">
        {t('upload.mode')}
      </Text>
      <SegmentedControl
        size="xs"
        aria-labelledby="run-mode"
        value={mode}
        onChange={(value) => change({ enhancementMode: value })}
        data={enhancementModes.map((value) => ({ value, label: t(`mode.${value}.label`) }))}
      />
      {mode === 'custom' && (
        <Textarea
          label={t('upload.instruction')}
          autosize
          minRows={2}
          maxLength={4000}
          value={options.customInstruction ?? ''}
          onChange={(event) => change({ customInstruction: event.currentTarget.value })}
        />
      )}
    </Stack>
  )
}

const RunForm = ({ recording, step, model, onClose }: FormProps): ReactElement => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [options, setOptions] = useState<Options>(() => startOptions(recording, model))
  const change = (changed: Options): void => setOptions((before) => ({ ...before, ...changed }))
  const run = useMutation({
    mutationFn: async () => await call(runStep, { params: { id: recording.id, step }, body: options }),
    // The answer was written before the work began; events of the work may have come before it, so it is asked anew.
    onSuccess: async () => {
      onClose()
      await client.invalidateQueries({ queryKey: transcriptionQuery(recording.id).queryKey })
    },
  })
  const hears = step === 'recognize' || step === 'segments' || step === 'audio' || step === 'probe'
  const writes = step === 'enhance' || step === 'summarize'
  return (
    <Stack gap="md">
      {run.error !== null && <ProblemAlert error={run.error} />}
      <Text size="sm" c="dimmed">
        {hears ? t('run.recognizeHint') : writes ? t('run.textHint') : t('run.cleanHint')}
      </Text>
      {hears && (
        <>
          <EnginePicker value={options.engine ?? 'local'} onChange={(engine) => change({ engine })} />
          <LanguagePicker
            label={t('upload.language')}
            allowDeselect={false}
            first={{ value: 'auto', label: t('upload.detect') }}
            value={options.language ?? 'auto'}
            onChange={(language) => change({ language: language ?? 'auto' })}
          />
        </>
      )}
      {writes && <ModelPicker value={options.model ?? 'auto:best'} onChange={(value) => change({ model: value })} />}
      {step === 'enhance' && <Mode options={options} change={change} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button loading={run.isPending} onClick={() => run.mutate()}>
          {t('run.start')}
        </Button>
      </Group>
    </Stack>
  )
}

export interface RunStep {
  open: (step: RunnableStep, model?: string) => void
  /** Runs it at once, as it was. */
  again: (step: RunnableStep) => void
  dialog: ReactElement
}

export const useRunStep = (recording: Transcription): RunStep => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [wish, setWish] = useState<{ step: RunnableStep; model: string | undefined } | null>(null)
  const again = useMutation({
    mutationFn: async (step: RunnableStep) => await call(runStep, { params: { id: recording.id, step }, body: {} }),
    onSuccess: async () => await client.invalidateQueries({ queryKey: transcriptionQuery(recording.id).queryKey }),
    onError: (_error, step) => setWish({ step, model: undefined }),
  })
  const close = (): void => setWish(null)
  return {
    open: (step, model) => setWish({ step, model }),
    again: (step) => again.mutate(step),
    dialog: (
      <Modal
        opened={wish !== null}
        onClose={close}
        title={wish === null ? '' : t(`run.${wish.step}`)}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {wish !== null && (
          <RunForm
            key={`${wish.step}${wish.model ?? ''}`}
            recording={recording}
            step={wish.step}
            model={wish.model}
            onClose={close}
          />
        )}
      </Modal>
    ),
  }
}
