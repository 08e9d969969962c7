import { useDebouncedValue } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import { findMatches, type Match } from '../../transcript/find-matches.ts'

export interface Find {
  query: string
  setQuery: (query: string) => void
  matches: Match[]
  /** Number of the match looked at; -1 without any. */
  current: number
  go: (step: 1 | -1) => void
}

/** Search in the open text: n of m, next and previous, round at the ends. */
export const useFind = (parts: readonly string[]): Find => {
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const [settled] = useDebouncedValue(query, 150)
  const matches = useMemo(() => findMatches(parts, settled), [parts, settled])
  const current = matches.length === 0 ? -1 : Math.min(at, matches.length - 1)
  return {
    query,
    setQuery: (next) => {
      setQuery(next)
      setAt(0)
    },
    matches,
    current,
    go: (step) => setAt(matches.length === 0 ? 0 : (current + step + matches.length) % matches.length),
  }
}
