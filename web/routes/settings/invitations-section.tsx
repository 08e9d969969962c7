import {
  ActionIcon,
  Alert,
  Badge,
  Button,
  Code,
  CopyButton,
  Group,
  Select,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconCheck, IconCopy, IconTrash } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { createInvitation, deleteInvitation, type invitationSchema } from '../../../src/http/contract/accounts.ts'
import { call } from '../../api.ts'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { formatDate } from '../../format.ts'
import { invitationsQuery } from '../../queries.ts'
import { Section } from '../../components/section.tsx'
import { WideTable } from '../../components/wide-table.tsx'

type Role = 'user' | 'admin'

const Invite = (): ReactElement => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const form = useForm<{ email: string; role: Role }>({
    initialValues: { email: '', role: 'user' },
    validate: { email: (value) => (/^\S+@\S+\.\S+$/u.test(value.trim()) ? null : t('account.emailInvalid')) },
  })
  const create = useMutation({
    mutationFn: async ({ email, role }: { email: string; role: Role }) =>
      await call(createInvitation, { body: { email: email.trim(), role } }),
    onSuccess: () => {
      form.reset()
      void client.invalidateQueries({ queryKey: invitationsQuery.queryKey })
    },
  })
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack gap="md">
        <Group align="flex-start" gap="sm">
          <TextInput flex="1 1 220px" type="email" label={t('account.email')} {...form.getInputProps('email')} />
          <Select
            w={150}
            label={t('invite.role')}
            allowDeselect={false}
            data={(['user', 'admin'] as const).map((value) => ({ value, label: t(`role.${value}`) }))}
            {...form.getInputProps('role')}
          />
          <Button type="submit" loading={create.isPending} mt={25}>
            {t('invite.create')}
          </Button>
        </Group>
        {create.error !== null && <ProblemAlert error={create.error} />}
        {create.data !== undefined && (
          <Alert color="pine" title={t('invite.ready', { email: create.data.email })} role="status">
            <Text size="sm" mb={8}>
              {t('invite.readyHint')}
            </Text>
            <Group gap={8} wrap="nowrap">
              <Code style={{ overflowWrap: 'anywhere', flex: 1 }} data-invitation-link>
                {create.data.url}
              </Code>
              <CopyButton value={create.data.url}>
                {({ copied, copy }) => (
                  <Button
                    size="xs"
                    onClick={copy}
                    leftSection={copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
                  >
                    {copied ? t('text.copied') : t('text.copy')}
                  </Button>
                )}
              </CopyButton>
            </Group>
          </Alert>
        )}
      </Stack>
    </form>
  )
}

const Row = ({ invitation }: { invitation: z.output<typeof invitationSchema> }): ReactElement => {
  const { t, i18n } = useTranslation()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: async () => await call(deleteInvitation, { params: { id: invitation.id } }),
    onSettled: () => void client.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  })
  const [nowMs] = useState(() => Date.now())
  const expired = Date.parse(invitation.expiresAt) < nowMs
  const state = invitation.acceptedAt !== null ? 'accepted' : expired ? 'expired' : 'open'
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{invitation.email}</Table.Td>
      <Table.Td>{t(`role.${invitation.role}`)}</Table.Td>
      <Table.Td>
        <Badge color={state === 'accepted' ? 'pine' : 'gray'}>{t(`invite.state.${state}`)}</Badge>
      </Table.Td>
      <Table.Td>{formatDate(invitation.expiresAt, i18n.language)}</Table.Td>
      <Table.Td align="right">
        {state !== 'accepted' && (
          <ActionIcon
            aria-label={t('invite.withdraw', { email: invitation.email })}
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

export const InvitationsSection = (): ReactElement => {
  const { t } = useTranslation()
  const list = useQuery(invitationsQuery)
  return (
    <>
      <Section title={t('invite.title')} description={t('invite.hint')}>
        <Invite />
      </Section>
      <Section title={t('invite.sent')}>
        {list.error !== null && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && <Skeleton h={90} radius="md" aria-hidden />}
        {list.data?.items.length === 0 && (
          <Text size="sm" c="dimmed">
            {t('invite.none')}
          </Text>
        )}
        {(list.data?.items.length ?? 0) > 0 && (
          <WideTable
            minWidth={480}
            verticalSpacing="xs"
            horizontalSpacing="sm"
            columns={[
              t('account.email'),
              t('invite.role'),
              t('recordings.status'),
              t('invite.expires'),
              { label: t('invite.acts'), isHidden: true },
            ]}
          >
            {list.data?.items.map((invitation) => (
              <Row key={invitation.id} invitation={invitation} />
            ))}
          </WideTable>
        )}
      </Section>
    </>
  )
}
