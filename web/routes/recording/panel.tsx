import { Title } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import classes from './recording.module.css'

export const Panel = ({ title, children }: { title: string; children: ReactNode }): ReactElement => (
  <section className={`${classes.panel ?? ''} card`} aria-label={title}>
    <Title order={2} fz="sm" mb={10}>
      {title}
    </Title>
    {children}
  </section>
)
