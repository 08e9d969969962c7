/** One template: its words, the variables at hand, and what the model would be told. */
import { Group, Select, Stack, TextInput, Textarea } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import {
  createTemplate,
  templateKinds,
  updateTemplate,
  type Template,
} from '../../../../src/http/contract/templates.ts'
import { call } from '../../../api.ts'
import { DialogActions } from '../../../components/dialog-actions.tsx'
import { firstField } from '../../../components/first-field.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { templatePreviewQuery, templatesQuery } from '../../../queries.ts'
import { sayBecause } from '../../../say-because.ts'
import { TemplatePreview } from './template-preview.tsx'
import { useInsert } from './use-insert.ts'
import { VariableButtons, type Variables } from './variable-buttons.tsx'

interface TemplateFormProps {
  template: Template | null
  variables: Variables
  onClose: () => void
}

const waitMs = 350

export const TemplateForm = ({ template, variables, onClose }: TemplateFormProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState(template?.name ?? '')
  const [kind, setKind] = useState<Template['kind']>(template?.kind ?? 'summary')
  const [prompt, setPrompt] = useState(template?.prompt ?? '')
  const { area, insert } = useInsert(prompt, setPrompt)
  const [settled] = useDebouncedValue(prompt, waitMs)
  const preview = useQuery({ ...templatePreviewQuery(kind, settled), placeholderData: keepPreviousData })
  const problems = preview.data?.problems ?? []
  const save = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim(), kind, prompt }
      return template === null
        ? await call(createTemplate, { body })
        : await call(updateTemplate, { params: { id: template.id }, body })
    },
    onSuccess: async () => {
      onClose()
      await client.invalidateQueries({ queryKey: templatesQuery.queryKey })
    },
  })
  // One that has no value in this kind of text would only be refused.
  const offered = variables.filter(({ name: one }) => one !== 'target_language' || kind === 'translation')
  const ready = name.trim() !== '' && prompt.trim() !== '' && problems.length === 0
  return (
    <Stack gap="md">
      <Group align="flex-start" gap="sm">
        <TextInput
          flex="1 1 240px"
          label={t('templates.name')}
          {...firstField}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          w={200}
          label={t('templates.kind')}
          allowDeselect={false}
          data={templateKinds.map((value) => ({ value, label: t(`text.${value}`) }))}
          value={kind}
          onChange={(value) => value !== null && setKind(value)}
        />
      </Group>
      <Textarea
        ref={area}
        label={t('templates.prompt')}
        description={t('templates.promptHint')}
        placeholder={t('templates.promptExample')}
        required
        autosize
        minRows={4}
        maxRows={14}
        maxLength={8000}
        value={prompt}
        onChange={(event) => setPrompt(event.currentTarget.value)}
        error={
          problems.length === 0
            ? undefined
            : problems.map(({ message, because }) => sayBecause(t, i18n.language, because) ?? message).join(' · ')
        }
      />
      <VariableButtons variables={offered} onInsert={insert} />
      <TemplatePreview preview={preview} />
      {save.error !== null && <ProblemAlert error={save.error} />}
      <DialogActions onCancel={onClose} onAct={() => save.mutate()} isPending={save.isPending} disabled={!ready} />
    </Stack>
  )
}
