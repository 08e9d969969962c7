/** The order of a text: its choices, what it would take, and the last check before it begins. */
import { Alert, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { makeText } from '../../../../src/http/contract/texts.ts'
import type { Transcription } from '../../../../src/http/contract/transcriptions.ts'
import { call } from '../../../api.ts'
import { DialogActions } from '../../../components/dialog-actions.tsx'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { useCheckAtSubmit } from '../../../components/use-model-check.ts'
import { useWhyRefused } from '../../../components/use-refusal.ts'
import { transcriptionQuery } from '../../../queries.ts'
import { KindOptions } from './kind-options.tsx'
import { ModelsChoice } from './models-choice.tsx'
import { toRequests, whatIsMissing, wishOf, type Order } from './order.ts'

interface Refusal {
  model: string
  error: unknown
}

/** Asks for one text a model. What was not taken stays in the order; what was taken has begun. */
const useOrdering = (recording: Transcription, onBegun: (refusals: Refusal[]) => void) => {
  const client = useQueryClient()
  const checkAtSubmit = useCheckAtSubmit()
  return useMutation({
    mutationFn: async (order: Order): Promise<{ vanished: string[]; refusals: Refusal[] }> => {
      const requests = toRequests(order)
      const checks = await Promise.all(requests.map(async ({ model }) => await checkAtSubmit(model)))
      const vanished = requests.filter((_, index) => checks[index] !== null).map(({ model }) => model)
      if (vanished.length > 0) return { vanished, refusals: [] }
      const refusals: Refusal[] = []
      for (const body of requests) {
        await call(makeText, { params: { id: recording.id }, body }).catch((error: unknown) => {
          refusals.push({ model: body.model, error })
        })
      }
      return { vanished, refusals }
    },
    onSuccess: async ({ vanished, refusals }) => {
      if (vanished.length > 0) return
      onBegun(refusals)
      await client.invalidateQueries({ queryKey: transcriptionQuery(recording.id).queryKey })
    },
  })
}

/** Why it cannot be run as it is chosen: a request that cannot succeed is not sent. */
const useWhyNot = (order: Order, transcriptionId: string): string | null => {
  const { t } = useTranslation()
  const asked = [...new Set(order.models)].filter((model) => model !== '')
  const refused = useWhyRefused(asked.map((model) => wishOf(order.kind, model, transcriptionId)))
  const missing = whatIsMissing(order)
  return missing === null ? refused : t(`make.missing.${missing}`)
}

export interface MakeTextFormProps {
  recording: Transcription
  start: Order
  onClose: () => void
  /** Work has begun. */
  onBegun: (kind: Order['kind']) => void
}

export const MakeTextForm = ({ recording, start, onClose, onBegun }: MakeTextFormProps): ReactElement => {
  const { t } = useTranslation()
  const [order, setOrder] = useState(start)
  const change = (fields: Partial<Order>): void => setOrder((before) => ({ ...before, ...fields }))
  const ordering = useOrdering(recording, (refusals) => {
    if (refusals.length < new Set(order.models).size) onBegun(order.kind)
    if (refusals.length === 0) onClose()
    else change({ models: refusals.map(({ model }) => model) })
  })
  const whyNot = useWhyNot(order, recording.id)
  const { vanished = [], refusals = [] } = ordering.data ?? {}
  const stillVanished = vanished.filter((model) => order.models.includes(model))
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t(`make.hint.${order.kind}`)} {t('run.textHint')}
      </Text>
      <KindOptions order={order} onChange={change} />
      <ModelsChoice order={order} transcriptionId={recording.id} onChange={(models) => change({ models })} />
      {stillVanished.length > 0 && (
        <Alert color="rose" role="alert" title={t('make.vanishedTitle')}>
          {t('make.vanished')}
        </Alert>
      )}
      {refusals.map(({ model, error }) => (
        <ProblemAlert
          key={model}
          error={error}
          onTake={(ref) => change({ models: order.models.map((one) => (one === model ? ref : one)) })}
        />
      ))}
      {ordering.error !== null && <ProblemAlert error={ordering.error} />}
      <DialogActions
        onCancel={onClose}
        onAct={() => ordering.mutate(order)}
        isPending={ordering.isPending}
        label={order.models.length > 1 ? t('make.startSeveral', { count: order.models.length }) : t('run.start')}
        whyNot={whyNot}
      />
    </Stack>
  )
}
