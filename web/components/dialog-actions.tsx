/** The end of a dialog: back out of it on the left, its one act on the right. */
import { Button, Group, Text } from '@mantine/core'
import { useId, type MouseEvent, type ReactElement, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export interface DialogActionsProps {
  onCancel: () => void
  isPending: boolean
  /** Left out, the button submits the form that it stands in. */
  onAct?: () => void
  /** What the button says; left out: save. */
  label?: ReactNode
  disabled?: boolean
  /** Why it cannot be done as things are: stands beside the button, which is reached by keyboard and does nothing. */
  whyNot?: string | null
  /** The act takes something away. */
  destructive?: boolean
}

/** Looks and is told as disabled, and can still be reached, so that its reason is heard. */
const unusable = (reasonId: string) => ({
  'data-disabled': true,
  'aria-disabled': true,
  'aria-describedby': reasonId,
  onClick: (event: MouseEvent) => event.preventDefault(),
})

export const DialogActions = (props: DialogActionsProps): ReactElement => {
  const { t } = useTranslation()
  const reasonId = useId()
  const { onCancel, isPending, onAct, label, disabled = false, whyNot = null, destructive = false } = props
  return (
    <Group justify="flex-end" gap="sm">
      {whyNot !== null && (
        <Text id={reasonId} size="xs" c="dimmed" flex="1 1 200px" data-why-not>
          {whyNot}
        </Text>
      )}
      <Group justify="flex-end" wrap="nowrap" gap="md">
        <Button variant="default" onClick={onCancel}>
          {t('action.cancel')}
        </Button>
        <Button
          {...(onAct === undefined ? { type: 'submit' } : { onClick: onAct })}
          {...(destructive && { color: 'rose' })}
          loading={isPending}
          disabled={disabled}
          {...(whyNot !== null && !isPending && unusable(reasonId))}
        >
          {label ?? t('action.save')}
        </Button>
      </Group>
    </Group>
  )
}
