/** Asks which models are to be asked in a check, how many at most, and for how much. */
import { Group, NumberInput, Radio, Stack } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { probeBounds } from '../../../../src/http/contract/model-admin.ts'
import { whichModels, type Questions, type Which } from './questions.ts'

interface QuestionsChoiceProps {
  questions: Questions
  onChange: (questions: Questions) => void
}

const Bounds = ({ questions, onChange }: QuestionsChoiceProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Group grow align="start">
      <NumberInput
        label={t('admin.checkAll.most')}
        min={1}
        max={probeBounds.most}
        allowDecimal={false}
        value={questions.most}
        onChange={(most) => onChange({ ...questions, most })}
      />
      <NumberInput
        label={t('admin.checkAll.budget')}
        description={t('admin.checkAll.budgetHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        min={0}
        max={probeBounds.budgetUsd}
        decimalScale={2}
        step={0.1}
        value={questions.budgetUsd}
        onChange={(budgetUsd) => onChange({ ...questions, budgetUsd })}
      />
    </Group>
  )
}

export const QuestionsChoice = ({ questions, onChange }: QuestionsChoiceProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <>
      <Radio.Group<Which>
        label={t('admin.checkAll.ask')}
        value={questions.which}
        onChange={(which) => onChange({ ...questions, which })}
        description={t('admin.checkAll.askHint')}
      >
        <Stack gap="xs" mt="xs">
          {whichModels.map((one) => (
            <Radio
              key={one}
              value={one}
              label={t(`admin.checkAll.which.${one}`)}
              description={t(`admin.checkAll.whichHint.${one}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {questions.which !== 'none' && <Bounds questions={questions} onChange={onChange} />}
    </>
  )
}
