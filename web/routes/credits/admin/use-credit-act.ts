/** One act of an administrator on credits: done, told, and what it changed read anew. */
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'

interface ActOptions<Input> {
  run: (input: Input) => Promise<unknown>
  done: string
  onDone?: () => void
}

/** The administrator's own balance may have changed as well. The form that acts shows the problem. */
export const useCreditAct = <Input>({ run, done, onDone }: ActOptions<Input>) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: run,
    onSuccess: () => {
      notifications.show({ message: done })
      onDone?.()
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['admin'] })
      void client.invalidateQueries({ queryKey: ['credits'] })
    },
  })
}
