/** The end of a dialog: back out of it on the left, its one act on the right. */
import { Button, Group } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export interface DialogActionsProps {
  onCancel: () => void
  isPending: boolean
  /** Left out, the button submits the form that it stands in. */
  onAct?: () => void
  /** What the button says; left out: save. */
  label?: ReactNode
  disabled?: boolean
  /** The act takes something away. */
  destructive?: boolean
}

export const DialogActions = (props: DialogActionsProps): ReactElement => {
  const { t } = useTranslation()
  const { onCancel, isPending, onAct, label, disabled = false, destructive = false } = props
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        {t('action.cancel')}
      </Button>
      <Button
        {...(onAct === undefined ? { type: 'submit' } : { onClick: onAct })}
        {...(destructive && { color: 'rose' })}
        loading={isPending}
        disabled={disabled}
      >
        {label ?? t('action.save')}
      </Button>
    </Group>
  )
}
