import { VisuallyHidden } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Comparison, DifferencePart } from '../transcript/compare-texts.ts'
import classes from './differences.module.css'

const Part = ({ part }: { part: DifferencePart }): ReactElement => {
  const { t } = useTranslation()
  if (part.kind === 'same') return <>{part.text}</>
  if (part.text.trim() === '') return <>{part.kind === 'added' ? part.text : ''}</>
  const Tag = part.kind === 'added' ? 'ins' : 'del'
  return (
    <Tag className={classes[part.kind]}>
      <VisuallyHidden>{part.kind === 'added' ? t('compare.addedMark') : t('compare.removedMark')}</VisuallyHidden>
      {part.text}
    </Tag>
  )
}

interface DifferencesProps {
  comparison: Comparison
  /** `left` leaves out what only the right has, and the other way round; without it both stand in one text. */
  side?: 'left' | 'right'
}

export const Differences = ({ comparison, side }: DifferencesProps): ReactElement => {
  const hidden = side === 'left' ? 'added' : side === 'right' ? 'removed' : null
  return (
    <div className={classes.text}>
      {comparison.parts.map((part, index) => (part.kind === hidden ? null : <Part key={index} part={part} />))}
    </div>
  )
}
