import { Group } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import { Heading } from './heading.tsx'

interface SectionProps {
  title: string
  description?: string
  actions?: ReactNode
  children: ReactNode
}

/** A part of a page on a card of its own. */
export const Section = ({ title, description, actions, children }: SectionProps): ReactElement => (
  <section className="card" style={{ padding: '18px 22px', marginBottom: 16 }} aria-label={title}>
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <Heading order={2} title={title} description={description} />
      {actions}
    </Group>
    {children}
  </section>
)
