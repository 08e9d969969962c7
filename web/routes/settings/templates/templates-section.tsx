/** A user's own prompts: listed by kind, made, changed, tried out and removed. */
import { ActionIcon, Badge, Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconPencil, IconPlus, IconTemplate, IconTrash } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { deleteTemplate, type Template } from '../../../../src/http/contract/templates.ts'
import { call } from '../../../api.ts'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { templatesQuery } from '../../../queries.ts'
import { Section } from '../../../components/section.tsx'
import { TemplateForm } from './template-form.tsx'

const Row = ({ template, onEdit }: { template: Template; onEdit: () => void }): ReactElement => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: async () => await call(deleteTemplate, { params: { id: template.id } }),
    onSuccess: async () => await client.invalidateQueries({ queryKey: templatesQuery.queryKey }),
  })
  const confirm = (): void => {
    modals.openConfirmModal({
      title: t('templates.removeTitle', { name: template.name }),
      children: <Text size="sm">{t('templates.removeHint')}</Text>,
      labels: { confirm: t('templates.remove'), cancel: t('action.keep') },
      confirmProps: { color: 'rose' },
      withCloseButton: false,
      onConfirm: () => remove.mutate(),
    })
  }
  return (
    <li>
      <Group wrap="nowrap" gap="sm" align="flex-start" py="sm" style={{ borderTop: '1px solid var(--line)' }}>
        <Stack gap={3} flex={1} miw={0}>
          <Group gap={8}>
            <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
              {template.name}
            </Text>
            <Badge color="gray">{t(`text.${template.kind}`)}</Badge>
          </Group>
          <Text size="xs" c="dimmed" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
            {template.prompt}
          </Text>
          {remove.error !== null && <ProblemAlert error={remove.error} />}
        </Stack>
        <ActionIcon aria-label={t('templates.editNamed', { name: template.name })} onClick={onEdit}>
          <IconPencil size={17} stroke={1.6} aria-hidden />
        </ActionIcon>
        <ActionIcon
          aria-label={t('templates.removeNamed', { name: template.name })}
          loading={remove.isPending}
          onClick={confirm}
        >
          <IconTrash size={17} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Group>
    </li>
  )
}

export const TemplatesSection = (): ReactElement => {
  const { t } = useTranslation()
  const { data, error, isPending, refetch } = useQuery(templatesQuery)
  const [edited, setEdited] = useState<Template | 'new' | null>(null)
  const close = (): void => setEdited(null)
  const add = (
    <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEdited('new')}>
      {t('templates.add')}
    </Button>
  )
  return (
    <Section title={t('templates.title')} description={t('templates.hint')}>
      {error !== null && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton h={120} role="status" aria-label={t('state.loading')} />}
      {data?.items.length === 0 && (
        <EmptyState icon={<IconTemplate size={42} stroke={1.3} aria-hidden />} title={t('templates.none')}>
          <Stack align="center" gap="sm">
            <Text size="sm">{t('templates.noneHint')}</Text>
            {add}
          </Stack>
        </EmptyState>
      )}
      {data !== undefined && data.items.length > 0 && (
        <>
          {add}
          <ul style={{ margin: '12px 0 0', padding: 0, listStyle: 'none' }}>
            {data.items.map((template) => (
              <Row key={template.id} template={template} onEdit={() => setEdited(template)} />
            ))}
          </ul>
        </>
      )}
      <Modal
        opened={edited !== null}
        onClose={close}
        size="xl"
        title={edited === 'new' ? t('templates.add') : t('templates.edit')}
      >
        {edited !== null && data !== undefined && (
          <TemplateForm template={edited === 'new' ? null : edited} variables={data.variables} onClose={close} />
        )}
      </Modal>
    </Section>
  )
}
