/** The newest sync; when it ends, all that it may have changed is read again. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { syncRunsQuery } from '../admin-queries.ts'

export const useNewestRun = () => {
  const client = useQueryClient()
  const runs = useQuery(syncRunsQuery)
  const newest = runs.data?.items[0]
  const underWay = newest?.state === 'running' || newest?.state === 'waiting'
  const seen = useRef<string | null>(null)
  const ended = newest === undefined || underWay ? null : newest.id
  useEffect(() => {
    // A run may begin and end between two looks, so its id is what tells.
    if (ended !== null && seen.current !== null && seen.current !== ended) {
      void client.invalidateQueries({ queryKey: ['admin'] })
    }
    if (ended !== null) seen.current = ended
    else if (newest === undefined) return
    else seen.current ??= ''
  }, [client, ended, newest])
  return { newest, underWay }
}
