import { Loader } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { connection } from '../../events/connection.ts'
import { useUploadQueue } from '../../uploads/use-uploads.ts'
import classes from './app-layout.module.css'

/** A stream is lost for a moment now and then (a sleeping laptop); only a longer loss is worth a word. */
const patienceMs = 2500

export const ConnectionBanner = (): ReactElement => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const queue = useUploadQueue()
  const reachable = useSyncExternalStore(connection.subscribe, connection.get)
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (reachable) {
      queue.wake()
      void client.refetchQueries({ type: 'active', predicate: (query) => query.state.status === 'error' })
      return
    }
    const timer = setTimeout(() => setLate(true), patienceMs)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [reachable, client, queue])
  return (
    <div role="status" aria-live="polite">
      {late && !reachable && (
        <div className={classes.banner}>
          <Loader size="xs" color="currentColor" aria-hidden />
          {t('state.unreachable')}
        </div>
      )}
    </div>
  )
}
