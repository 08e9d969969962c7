import { Group, Stack, Text, Title } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

interface AdminSectionProps {
  title: string
  description?: string
  actions?: ReactNode
  children: ReactNode
}

export const AdminSection = ({ title, description, actions, children }: AdminSectionProps): ReactElement => (
  <section className="card" style={{ padding: '18px 20px', marginBottom: 16 }} aria-label={title}>
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <Stack gap={2} maw={760}>
        <Title order={2}>{title}</Title>
        {description !== undefined && (
          <Text size="sm" c="dimmed">
            {description}
          </Text>
        )}
      </Stack>
      {actions}
    </Group>
    {children}
  </section>
)
