/** Writes what an event says into the cache, so that every open page shows it at once. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import type { TranscriptionEvent } from '../../src/http/contract/events.ts'
import type {
  listTranscriptions,
  Segment,
  Transcription,
  TranscriptionSummary,
} from '../../src/http/contract/transcriptions.ts'
import type { SegmentList } from '../queries.ts'

type ListPage = z.output<typeof listTranscriptions.response>
type ListData = InfiniteData<ListPage, string | null>

const mapLists = (client: QueryClient, id: string, change: (item: TranscriptionSummary) => TranscriptionSummary) => {
  let found = false
  client.setQueriesData<ListData>({ queryKey: ['transcriptions'] }, (data) => {
    if (data === undefined) return data
    const pages = data.pages.map((page) => {
      if (!page.items.some((item) => item.id === id)) return page
      found = true
      return { ...page, items: page.items.map((item) => (item.id === id ? change(item) : item)) }
    })
    return { ...data, pages }
  })
  return found
}

const mapDetail = (client: QueryClient, id: string, change: (data: Transcription) => Transcription): void => {
  client.setQueryData<Transcription>(['transcription', id], (data) => (data === undefined ? data : change(data)))
}

/** An answer that is on its way may be older than this event and would undo it: it is asked anew. */
const outrunAnswer = (client: QueryClient, id: string): void => {
  const queryKey = ['transcription', id]
  if (client.isFetching({ queryKey, exact: true }) > 0) void client.invalidateQueries({ queryKey, exact: true })
}

const onSummary = (client: QueryClient, summary: TranscriptionSummary): void => {
  let statusChanged = false
  const found = mapLists(client, summary.id, (item) => {
    statusChanged ||= item.status !== summary.status
    return summary
  })
  if (!found || statusChanged) void client.invalidateQueries({ queryKey: ['transcriptions'] })
  const before = client.getQueryData<Transcription>(['transcription', summary.id])
  mapDetail(client, summary.id, (data) => ({ ...data, ...summary }))
  if (before !== undefined && before.status !== summary.status) {
    void client.invalidateQueries({ queryKey: ['transcription', summary.id] })
    void client.invalidateQueries({ queryKey: ['segments', summary.id] })
  }
}

/** New segments after those known; null when some between are missing, so the list must be read again. */
export const joinSegments = (known: readonly Segment[], added: readonly Segment[]): Segment[] | null => {
  const next = (known.at(-1)?.index ?? -1) + 1
  const fresh = added.filter((segment) => segment.index >= next)
  if (fresh[0] !== undefined && fresh[0].index !== next) return null
  return fresh.length === 0 ? [...known] : [...known, ...fresh]
}

const onSegments = (client: QueryClient, id: string, items: Segment[]): void => {
  const known = client.getQueryData<SegmentList>(['segments', id])
  if (known === undefined) return
  const joined = joinSegments(known.items, items)
  if (joined === null) void client.invalidateQueries({ queryKey: ['segments', id] })
  else client.setQueryData<SegmentList>(['segments', id], { ...known, items: joined })
}

const onDeleted = (client: QueryClient, id: string): void => {
  client.setQueriesData<ListData>({ queryKey: ['transcriptions'] }, (data) => {
    if (data === undefined) return data
    const pages = data.pages.map((page) => {
      const items = page.items.filter((item) => item.id !== id)
      return { ...page, items, total: Math.max(0, page.total - (page.items.length - items.length)) }
    })
    return { ...data, pages }
  })
  void client.invalidateQueries({ queryKey: ['transcription', id] })
}

export const applyEvent = (client: QueryClient, event: TranscriptionEvent): void => {
  if (event.type === 'step' || event.type === 'text') outrunAnswer(client, event.transcriptionId)
  // Reserved at the beginning of a text, taken or given back at its end.
  if (event.type === 'text') {
    void client.invalidateQueries({ queryKey: ['credits'] })
    // What may still be used is part of it.
    void client.invalidateQueries({ queryKey: ['estimate'] })
  }
  switch (event.type) {
    case 'transcription':
      return onSummary(client, event.transcription)
    case 'progress': {
      mapLists(client, event.transcriptionId, (item) => ({ ...item, progress: event.progress }))
      return mapDetail(client, event.transcriptionId, (data) => ({ ...data, progress: event.progress }))
    }
    case 'step':
      return mapDetail(client, event.transcriptionId, (data) => ({
        ...data,
        steps: data.steps.map((step) => (step.name === event.step.name ? event.step : step)),
      }))
    case 'segments':
      return onSegments(client, event.transcriptionId, event.items)
    case 'text':
      return mapDetail(client, event.transcriptionId, (data) => ({
        ...data,
        texts: data.texts.some((text) => text.id === event.text.id)
          ? data.texts.map((text) => (text.id === event.text.id ? event.text : text))
          : [event.text, ...data.texts],
      }))
    case 'deleted':
      return onDeleted(client, event.transcriptionId)
  }
}
