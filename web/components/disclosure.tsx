import type { ReactElement } from 'react'
import classes from './disclosure.module.css'

interface DisclosureProps {
  label: string
  children: string
}

/** Technical detail that only some want to read. */
export const Disclosure = ({ label, children }: DisclosureProps): ReactElement => (
  <details className={classes.root}>
    <summary className={classes.summary}>{label}</summary>
    {/* Long lines scroll, so the keyboard must be able to reach them. */}
    <pre className={classes.detail} tabIndex={0} aria-label={label}>
      {children}
    </pre>
  </details>
)
