import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { onApiFailure } from '../api.ts'
import { applyEvent } from './apply-event.ts'
import { connectEvents } from './connect-events.ts'
import { connection } from './connection.ts'

/** Keeps every page up to date while somebody is signed in. */
export const useEvents = (signedIn: boolean): void => {
  const client = useQueryClient()
  useEffect(() => {
    if (!signedIn) return
    const stopFailures = onApiFailure((error) => {
      if (error.code === 'server-unreachable') connection.set(false)
    })
    const stopEvents = connectEvents({
      address: '/api/v1/events',
      onEvent: (event) => applyEvent(client, event),
      onReconnect: () => {
        for (const key of ['transcriptions', 'transcription', 'segments']) {
          void client.invalidateQueries({ queryKey: [key] })
        }
      },
      onState: (connected) => {
        connection.set(connected)
        // A lost stream may be a lost session: ask who is here.
        if (!connected) void client.invalidateQueries({ queryKey: ['me'] })
      },
    })
    return () => {
      stopFailures()
      stopEvents()
    }
  }, [client, signedIn])
}
