/** Whether the server is within reach, as the event stream and failed calls show it. */
type Listener = () => void

const createConnection = () => {
  let reachable = true
  const listeners = new Set<Listener>()
  return {
    get: (): boolean => reachable,
    set: (value: boolean): void => {
      if (value === reachable) return
      reachable = value
      for (const listener of listeners) listener()
    },
    subscribe: (listener: Listener): (() => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export const connection = createConnection()
