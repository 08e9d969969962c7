import { Group } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactElement, ReactNode } from 'react'
import { Heading } from './heading.tsx'
import classes from './page.module.css'

interface PageProps {
  title: string
  description?: string
  actions?: ReactNode
  /** Widest the content grows, in pixels. */
  width?: number
  children: ReactNode
}

/** A page with its heading; the heading is also the window's title. */
export const Page = ({ title, description, actions, width = 980, children }: PageProps): ReactElement => {
  useDocumentTitle(`${title} · mp4totext`)
  return (
    <div className={classes.page} style={{ maxWidth: width }}>
      <Group justify="space-between" align="flex-end" mb="lg" gap="sm">
        <Heading order={1} title={title} description={description} />
        {actions}
      </Group>
      {children}
    </div>
  )
}
