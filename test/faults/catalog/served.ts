/** What the simulator itself saw: which model really answered for which words. */
import type { LogEntry } from '../../../simulator/state/log.ts'
import type { Simulator } from '../../../simulator/simulator-api.ts'

export interface Served {
  readonly calls: number
  readonly failed: number
  /** Whether this model was asked about these words and answered to the end. */
  didAnswer(ref: string, content: string): boolean
  /** Reads what is new; the simulator forgets in time. */
  read(): void
}

const NUMBER = /fact number (\d+)/giu
const numbersIn = (text: string): string[] => Array.from(text.matchAll(NUMBER), ([, number]) => number ?? '')

const bodyText = ({ body }: LogEntry): string => (typeof body === 'string' ? body : JSON.stringify(body ?? ''))

export const createServed = (simulator: Simulator): Served => {
  const answered = new Set<string>()
  let lastId = 0
  let calls = 0
  let failed = 0
  const open: LogEntry[] = []
  const settle = (entry: LogEntry): void => {
    calls += 1
    if (entry.status !== 200) failed += 1
    else for (const number of numbersIn(bodyText(entry))) answered.add(`${entry.provider}/${entry.model} ${number}`)
  }
  return {
    get calls() {
      return calls
    },
    get failed() {
      return failed
    },
    didAnswer: (ref, content) => {
      const numbers = numbersIn(content)
      return numbers.length === 0 || numbers.some((number) => answered.has(`${ref} ${number}`))
    },
    read() {
      const entries = simulator.log().filter(({ id, operation }) => id > lastId && operation === 'chat')
      lastId = Math.max(lastId, ...entries.map(({ id }) => id))
      open.push(...entries)
      for (const entry of open.splice(0)) {
        if (entry.finished || entry.brokenBySimulator || entry.clientAbortedAtMs !== null) settle(entry)
        else open.push(entry)
      }
    },
  }
}
