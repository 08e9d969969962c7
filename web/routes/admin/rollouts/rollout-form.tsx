/** A new rollout: which model is to take over from which, and how careful. */
import { Accordion, Modal, NumberInput, Select, SimpleGrid, TagsInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import {
  createRollout,
  rolloutPlanSchema,
  type RolloutPlan,
  type RolloutView,
} from '../../../../src/http/contract/rollouts.ts'
import { call } from '../../../api.ts'
import { DialogForm } from '../../../components/dialog-form.tsx'
import { firstField } from '../../../components/first-field.ts'
import { catalogQuery } from '../admin-queries.ts'
import { useAct } from '../use-act.ts'

const defaults: RolloutPlan = rolloutPlanSchema.parse({})

interface Values {
  name: string
  control: string
  candidate: string
  stages: string[]
  minimumSamples: number | string
  minimumStageHours: number | string
  errorTolerance: number | string
  latencyTolerance: number | string
  costTolerance: number | string
  budgetUsd: number | string
}

const initial: Values = {
  name: '',
  control: '',
  candidate: '',
  stages: defaults.stages.map(String),
  minimumSamples: defaults.minimumSamples,
  minimumStageHours: defaults.minimumStageMinutes / 60,
  errorTolerance: defaults.errorTolerance * 100,
  latencyTolerance: defaults.latencyTolerance,
  costTolerance: defaults.costTolerance ?? '',
  budgetUsd: defaults.budgetUsd ?? '',
}

const numberOrNull = (value: number | string): number | null => (value === '' ? null : Number(value))

const toPlan = (values: Values): Partial<RolloutPlan> => ({
  stages: values.stages.map(Number),
  minimumSamples: Number(values.minimumSamples),
  minimumStageMinutes: Math.round(Number(values.minimumStageHours) * 60),
  errorTolerance: Number(values.errorTolerance) / 100,
  latencyTolerance: Number(values.latencyTolerance),
  costTolerance: numberOrNull(values.costTolerance),
  budgetUsd: numberOrNull(values.budgetUsd),
})

const isGrowing = (stages: readonly string[]): boolean => {
  const numbers = stages.map(Number)
  return (
    numbers.length > 0 &&
    numbers.every((value, index) => value >= 1 && value <= 100 && value > (numbers[index - 1] ?? 0)) &&
    numbers.at(-1) === 100
  )
}

const Form = ({ onClose }: { onClose: () => void }): ReactElement => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const catalog = useQuery(catalogQuery)
  const form = useForm<Values>({
    initialValues: initial,
    validate: {
      control: (value) => (value === '' ? t('admin.rollouts.chooseModel') : null),
      candidate: (value, { control }) =>
        value === '' ? t('admin.rollouts.chooseModel') : value === control ? t('admin.rollouts.sameModel') : null,
      stages: (value) => (isGrowing(value) ? null : t('admin.rollouts.stagesInvalid')),
    },
  })
  const start = useAct<RolloutView, Values>({
    quiet: true,
    run: async (values) =>
      await call(createRollout, {
        body: {
          control: values.control,
          candidate: values.candidate,
          plan: toPlan(values),
          ...(values.name.trim() !== '' && { name: values.name.trim() }),
        },
      }),
    onSuccess: ({ id }) => {
      onClose()
      void navigate(`/admin/rollouts/${id}`)
    },
  })
  const models = (catalog.data?.models ?? []).filter((model) => model.active)
  const data = models.map((model) => ({ value: model.ref, label: `${model.displayName} (${model.ref})` }))
  const number = (
    name:
      'minimumSamples' | 'minimumStageHours' | 'errorTolerance' | 'latencyTolerance' | 'costTolerance' | 'budgetUsd',
  ) => (
    <NumberInput
      label={t(`admin.rollouts.plan.${name}`)}
      description={t(`admin.rollouts.planHint.${name}`)}
      min={0}
      {...form.getInputProps(name)}
    />
  )
  return (
    <DialogForm
      noValidate
      act={start}
      onSubmit={form.onSubmit((values) => start.mutate(values))}
      onCancel={onClose}
      label={t('admin.rollouts.start')}
    >
      <Select
        label={t('admin.rollouts.control')}
        description={t('admin.rollouts.controlHint')}
        data={data}
        searchable
        limit={60}
        {...firstField}
        {...form.getInputProps('control')}
      />
      <Select
        label={t('admin.rollouts.candidate')}
        description={t('admin.rollouts.candidateHint')}
        data={data}
        searchable
        limit={60}
        {...form.getInputProps('candidate')}
      />
      <TextInput label={t('admin.rollouts.name')} {...form.getInputProps('name')} />
      <TagsInput
        label={t('admin.rollouts.plan.stages')}
        description={t('admin.rollouts.planHint.stages')}
        {...form.getInputProps('stages')}
      />
      <Accordion variant="contained">
        <Accordion.Item value="care">
          <Accordion.Control>{t('admin.rollouts.care')}</Accordion.Control>
          <Accordion.Panel>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              {number('minimumSamples')}
              {number('minimumStageHours')}
              {number('errorTolerance')}
              {number('latencyTolerance')}
              {number('costTolerance')}
              {number('budgetUsd')}
            </SimpleGrid>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </DialogForm>
  )
}

export const RolloutForm = ({ opened, onClose }: { opened: boolean; onClose: () => void }): ReactElement => {
  const { t } = useTranslation()
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={t('admin.rollouts.add')}>
      {opened && <Form onClose={onClose} />}
    </Modal>
  )
}
