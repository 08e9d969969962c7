/** What a provider's list changes in the catalog, with a word before each kind: the colours only help. */
import { List, Stack, Text } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListDiffView } from '../../../../src/http/contract/model-admin.ts'
import { useFields } from '../use-fields.ts'
import classes from './sync.module.css'

interface PartProps {
  kind: 'added' | 'removed' | 'back' | 'updated' | 'notes'
  count: number
  children: ReactNode
}

const Part = ({ kind, count, children }: PartProps): ReactElement | null => {
  const { t } = useTranslation()
  if (count === 0) return null
  const title = t(`admin.sync.part.${kind}`, { count })
  return (
    <details className={classes.part} data-kind={kind} open={count <= 20}>
      <summary>{title}</summary>
      {/* It scrolls when it is long, so the keyboard has to reach it. */}
      <List size="sm" spacing={3} listStyleType="none" className={classes.lines ?? ''} tabIndex={0} aria-label={title}>
        {children}
      </List>
    </details>
  )
}

export const DiffView = ({ diff }: { diff: ListDiffView }): ReactElement => {
  const { t } = useTranslation()
  const fields = useFields()
  const changes = diff.added.length + diff.removed.length + diff.back.length + diff.updated.length
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('admin.sync.listed', { listed: diff.listed, ignored: diff.ignored, active: diff.activeBefore })}
      </Text>
      {changes === 0 && <Text size="sm">{t('admin.sync.noChange')}</Text>}
      <Part kind="removed" count={diff.removed.length}>
        {diff.removed.map((one) => (
          <List.Item key={one.key}>
            <code>{one.key}</code> {one.reason}
          </List.Item>
        ))}
      </Part>
      <Part kind="back" count={diff.back.length}>
        {diff.back.map((one) => (
          <List.Item key={one.key}>
            <code>{one.key}</code> {one.reason}
          </List.Item>
        ))}
      </Part>
      <Part kind="added" count={diff.added.length}>
        {diff.added.map((one) => (
          <List.Item key={one.key}>
            <code>{one.key}</code> {one.displayName} ·{' '}
            {one.operations.map((operation) => t(`admin.models.operation.${operation}`)).join(', ')}
            {one.contextLength !== null && ` · ${t('admin.sync.context', { tokens: one.contextLength })}`}
            {!one.active && ` · ${t('admin.sync.addedOff')}`}
          </List.Item>
        ))}
      </Part>
      <Part kind="updated" count={diff.updated.length}>
        {diff.updated.map((one) => (
          <List.Item key={one.key}>
            <code>{one.key}</code>{' '}
            {one.changes
              .map(
                ({ field, from, to }) =>
                  `${fields.label(field)}: ${fields.show(field, from)} → ${fields.show(field, to)}`,
              )
              .join('; ')}
          </List.Item>
        ))}
      </Part>
      <Part kind="notes" count={diff.notes.length}>
        {diff.notes.map((one) => (
          <List.Item key={`${one.key} ${one.note}`}>
            <code>{one.key}</code> {one.note}
          </List.Item>
        ))}
      </Part>
    </Stack>
  )
}
