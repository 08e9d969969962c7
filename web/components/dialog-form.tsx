/** A form in a dialog: its fields, what went wrong with it, and the two buttons. */
import { Stack } from '@mantine/core'
import type { ReactElement, ReactNode, SubmitEvent } from 'react'
import { DialogActions, type DialogActionsProps } from './dialog-actions.tsx'
import { ProblemAlert } from './problem-alert.tsx'

interface DialogFormProps extends Omit<DialogActionsProps, 'onAct' | 'isPending'> {
  /** What the form starts; its problem stands above the buttons. */
  act: { readonly isPending: boolean; readonly error: Error | null }
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void
  /** The form names what is wrong in its fields itself; the browser is not to stop it before. */
  noValidate?: boolean
  children: ReactNode
}

export const DialogForm = (props: DialogFormProps): ReactElement => {
  const { act, onSubmit, noValidate = false, children, ...actions } = props
  return (
    <form
      noValidate={noValidate}
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit(event)
      }}
    >
      <Stack gap="md">
        {children}
        {act.error !== null && <ProblemAlert error={act.error} />}
        <DialogActions {...actions} isPending={act.isPending} />
      </Stack>
    </form>
  )
}
