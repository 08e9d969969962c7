/** One act of an administrator: done, told, and what it changed read anew. */
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { describeProblem } from '../../describe-problem.ts'

interface ActOptions<Input, Result> {
  run: (input: Input) => Promise<Result>
  /** Said when it is done; nothing by default. */
  done?: (result: Result, input: Input) => string
  onSuccess?: (result: Result, input: Input) => void
  /** True where the page shows the problem itself. */
  quiet?: boolean
}

/** Everything under the key `admin` is read again: acts are rare, and stale numbers mislead. */
export const useAct = <Result, Input = undefined>(options: ActOptions<Input, Result>) => {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: options.run,
    onSuccess: (result, input) => {
      const message = options.done?.(result, input)
      if (message !== undefined) notifications.show({ message })
      options.onSuccess?.(result, input)
    },
    onError: (error) => {
      if (options.quiet === true) return
      const { title, detail, advice } = describeProblem(t, error)
      notifications.show({ color: 'rose', title, message: `${detail} ${advice}`, autoClose: 12_000 })
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['admin'] })
      void client.invalidateQueries({ queryKey: ['models'] })
    },
  })
}
