/**
 * One stream of server-sent events for all tabs of a browser: browsers allow six connections to a server over HTTP/1.1,
 * so six tabs with a stream each would leave none to load with. The tab that holds the lock listens and passes on.
 */
import { transcriptionEventSchema, type TranscriptionEvent } from '../../src/http/contract/events.ts'

export interface EventsDeps {
  address: string
  onEvent: (event: TranscriptionEvent) => void
  /** The stream stands again after it was lost, so anything may have been missed. */
  onReconnect: () => void
  onState: (connected: boolean) => void
}

const eventNames = ['transcription', 'progress', 'step', 'segments', 'text', 'deleted']
const firstWaitMs = 1000
const longestWaitMs = 30_000

type Message = { kind: 'event'; data: string } | { kind: 'state'; connected: boolean } | { kind: 'reconnected' }

export const parseEvent = (data: string): TranscriptionEvent | null => {
  try {
    const event = transcriptionEventSchema.safeParse(JSON.parse(data))
    // A newer server may send kinds that this page doesn't know yet.
    return event.success ? event.data : null
  } catch {
    return null
  }
}

/** Listens until the signal aborts; opens the stream anew when the browser gives up on it. */
const listen = (address: string, signal: AbortSignal, tell: (message: Message) => void): void => {
  let waitMs = firstWaitMs
  let lost = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const open = (): void => {
    const source = new EventSource(address)
    const close = (): void => source.close()
    signal.addEventListener('abort', close, { once: true })
    source.onopen = () => {
      waitMs = firstWaitMs
      tell({ kind: 'state', connected: true })
      if (lost) tell({ kind: 'reconnected' })
      lost = false
    }
    source.onerror = () => {
      lost = true
      tell({ kind: 'state', connected: false })
      if (source.readyState !== EventSource.CLOSED || signal.aborted) return
      signal.removeEventListener('abort', close)
      timer = setTimeout(open, waitMs)
      waitMs = Math.min(waitMs * 2, longestWaitMs)
    }
    const pass = (message: MessageEvent<string>): void => tell({ kind: 'event', data: message.data })
    source.onmessage = pass
    for (const name of eventNames) source.addEventListener(name, pass)
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  open()
}

/** Starts listening; the returned function stops. */
export const connectEvents = (deps: EventsDeps): (() => void) => {
  const stop = new AbortController()
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('mp4totext.events')
  const receive = (message: Message): void => {
    if (message.kind === 'state') deps.onState(message.connected)
    else if (message.kind === 'reconnected') deps.onReconnect()
    else {
      const event = parseEvent(message.data)
      if (event !== null) deps.onEvent(event)
    }
  }
  const tell = (message: Message): void => {
    if (stop.signal.aborted) return
    receive(message)
    channel?.postMessage(message)
  }
  if (channel !== null) channel.onmessage = (message: MessageEvent<Message>) => receive(message.data)
  // Locks exist in secure contexts only; a plain-http address in a local network gets a stream for each tab.
  if (channel === null || typeof navigator.locks === 'undefined') listen(deps.address, stop.signal, receive)
  else {
    const hold = async (): Promise<void> => {
      // Stopped between the grant and this call: no abort will come any more, and the lock must go on to the next tab.
      if (stop.signal.aborted) return
      // A tab that takes over missed whatever came while the last holder went.
      deps.onReconnect()
      listen(deps.address, stop.signal, tell)
      await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()))
    }
    navigator.locks.request('mp4totext.events', { signal: stop.signal }, hold).catch(() => undefined)
  }
  return () => {
    stop.abort()
    channel?.close()
  }
}
