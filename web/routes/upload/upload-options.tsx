import { Input, SegmentedControl, Select, Stack, Switch, Text, Textarea, Title } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { enhancementModes, summaryVariants } from '../../../src/http/contract/transcriptions.ts'
import { LanguagePicker } from '../../components/language-picker.tsx'
import { EnginePicker } from '../../components/engine-picker.tsx'
import { ModelPicker } from '../../components/model-picker.tsx'
import type { UploadOptions as Options } from './use-upload-options.ts'

interface UploadOptionsProps {
  options: Options
  onChange: (fields: Options) => void
  needsInstruction: boolean
}

const ModeChoice = ({ options, onChange, needsInstruction }: UploadOptionsProps): ReactElement => {
  const { t } = useTranslation()
  const mode = options.enhancementMode ?? 'standard'
  return (
    <Stack gap={6}>
      <Input.Label id="mode-label" labelElement="div">
        {t('upload.mode')}
      </Input.Label>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-labelledby="mode-label"
        value={mode}
        onChange={(value) => onChange({ enhancementMode: value })}
        data={enhancementModes.map((value) => ({ value, label: t(`mode.${value}.label`) }))}
      />
      <Text size="xs" c="dimmed">
        {t(`mode.${mode}.hint`)}
      </Text>
      {mode === 'custom' && (
        <Textarea
          label={t('upload.instruction')}
          placeholder={t('upload.instructionExample')}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={4000}
          required
          aria-invalid={needsInstruction}
          value={options.customInstruction ?? ''}
          onChange={(event) => onChange({ customInstruction: event.currentTarget.value })}
        />
      )}
    </Stack>
  )
}

export const UploadOptions = (props: UploadOptionsProps): ReactElement => {
  const { options, onChange } = props
  const { t } = useTranslation()
  const usesModel = options.enhance === true || options.summarize === true
  return (
    <Stack gap="md" component="section" aria-labelledby="options-title">
      <Title order={2} id="options-title">
        {t('upload.options')}
      </Title>
      <LanguagePicker
        label={t('upload.language')}
        allowDeselect={false}
        first={{ value: 'auto', label: t('upload.detect') }}
        value={options.language ?? 'auto'}
        onChange={(language) => onChange({ language: language ?? 'auto' })}
      />
      <EnginePicker value={options.engine ?? 'local'} onChange={(engine) => onChange({ engine })} />
      <Switch
        label={t('upload.enhance')}
        description={t('upload.enhanceHint')}
        checked={options.enhance === true}
        onChange={(event) => onChange({ enhance: event.currentTarget.checked })}
      />
      <Switch
        label={t('upload.summarize')}
        description={t('upload.summarizeHint')}
        checked={options.summarize === true}
        onChange={(event) => onChange({ summarize: event.currentTarget.checked })}
      />
      {usesModel && (
        <ModelPicker
          value={options.model ?? 'auto:best'}
          onChange={(model) => onChange({ model })}
          description={t('upload.modelHint')}
        />
      )}
      {options.enhance === true && <ModeChoice {...props} />}
      {options.summarize === true && (
        <Select
          label={t('variant.title')}
          allowDeselect={false}
          data={summaryVariants.map((value) => ({ value, label: t(`variant.${value}.label`) }))}
          value={options.summaryVariant ?? 'medium'}
          onChange={(value) => value !== null && onChange({ summaryVariant: value })}
        />
      )}
      <Switch
        label={t('upload.first')}
        description={t('upload.firstHint')}
        checked={options.priority === 'high'}
        onChange={(event) => onChange({ priority: event.currentTarget.checked ? 'high' : 'normal' })}
      />
    </Stack>
  )
}
