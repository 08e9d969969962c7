import { Stack, Text, Title } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

interface SectionProps {
  title: string
  description?: string
  children: ReactNode
}

export const Section = ({ title, description, children }: SectionProps): ReactElement => (
  <section className="card" style={{ padding: '20px 24px', marginBottom: 16 }} aria-label={title}>
    <Stack gap={2} mb="md">
      <Title order={2}>{title}</Title>
      {description !== undefined && (
        <Text size="sm" c="dimmed">
          {description}
        </Text>
      )}
    </Stack>
    {children}
  </section>
)
