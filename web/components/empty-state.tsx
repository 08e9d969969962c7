import { Stack, Text, Title } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

interface EmptyStateProps {
  icon: ReactNode
  title: string
  children?: ReactNode
}

export const EmptyState = ({ icon, title, children }: EmptyStateProps): ReactElement => (
  <Stack align="center" gap={8} py={56} px="md" c="dimmed">
    {icon}
    <Title order={2} c="var(--mantine-color-text)" ta="center">
      {title}
    </Title>
    {typeof children === 'string' ? (
      <Text size="sm" ta="center" maw={420}>
        {children}
      </Text>
    ) : (
      children
    )}
  </Stack>
)
