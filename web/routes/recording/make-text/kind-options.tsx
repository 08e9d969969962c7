/** The choices of one kind of text: mode, length, language, template, own words. */
import { Anchor, Input, SegmentedControl, Select, Stack, Text, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { enhancementModes, summaryVariants } from '../../../../src/http/contract/transcriptions.ts'
import { LanguagePicker } from '../../../components/language-picker.tsx'
import { templatesQuery } from '../../../queries.ts'
import type { Order } from './order.ts'

interface KindOptionsProps {
  order: Order
  onChange: (fields: Partial<Order>) => void
}

const Template = ({ order, onChange }: KindOptionsProps): ReactElement => {
  const { t } = useTranslation()
  const { data } = useQuery(templatesQuery)
  const own = data?.items.filter((template) => template.kind === order.kind) ?? []
  const manage = (
    <Anchor component={Link} to="/settings/templates" size="xs" underline="always">
      {t('make.manageTemplates')}
    </Anchor>
  )
  if (own.length === 0) {
    return (
      <Text size="xs" c="dimmed">
        {t('make.noTemplates')} {manage}
      </Text>
    )
  }
  return (
    <Select
      label={t('make.template')}
      description={manage}
      placeholder={t('make.withoutTemplate')}
      clearable
      data={own.map((template) => ({ value: template.id, label: template.name }))}
      value={order.templateId ?? null}
      onChange={(id) => onChange({ templateId: id ?? undefined })}
    />
  )
}

const Mode = ({ order, onChange }: KindOptionsProps): ReactElement => {
  const { t } = useTranslation()
  const mode = order.enhancementMode ?? 'standard'
  return (
    <Stack gap={6}>
      <Input.Label id="make-mode" labelElement="div">
        {t('upload.mode')}
      </Input.Label>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-labelledby="make-mode"
        value={mode}
        onChange={(value) => onChange({ enhancementMode: value })}
        data={enhancementModes.map((value) => ({ value, label: t(`mode.${value}.label`) }))}
      />
      <Text size="xs" c="dimmed">
        {t(`mode.${mode}.hint`)}
      </Text>
    </Stack>
  )
}

const Variant = ({ order, onChange }: KindOptionsProps): ReactElement => {
  const { t } = useTranslation()
  const variant = order.summaryVariant ?? 'medium'
  return (
    <Select
      label={t('variant.title')}
      description={t(`variant.${variant}.hint`)}
      allowDeselect={false}
      data={summaryVariants.map((value) => ({ value, label: t(`variant.${value}.label`) }))}
      value={variant}
      onChange={(value) => value !== null && onChange({ summaryVariant: value })}
    />
  )
}

export const KindOptions = (props: KindOptionsProps): ReactElement => {
  const { order, onChange } = props
  const { t } = useTranslation()
  const plain = order.templateId === undefined
  const isCustom = order.kind === 'enhanced' && order.enhancementMode === 'custom' && plain
  return (
    <>
      {order.kind === 'translation' && (
        <LanguagePicker
          label={t('make.targetLanguage')}
          allowDeselect={false}
          value={order.targetLanguage ?? null}
          onChange={(language) => language !== null && onChange({ targetLanguage: language })}
        />
      )}
      {order.kind === 'enhanced' && plain && <Mode {...props} />}
      {order.kind === 'summary' && plain && <Variant {...props} />}
      <Template {...props} />
      <Textarea
        label={isCustom ? t('upload.instruction') : t('make.alsoHeed')}
        placeholder={isCustom ? t('upload.instructionExample') : t('make.alsoHeedExample')}
        autosize
        minRows={isCustom ? 2 : 1}
        maxRows={8}
        maxLength={4000}
        required={isCustom}
        value={order.customInstruction ?? ''}
        onChange={(event) => onChange({ customInstruction: event.currentTarget.value })}
      />
    </>
  )
}
