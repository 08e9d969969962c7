import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Segment } from '../../src/http/contract/transcriptions.ts'
import type { Player, PlayerState } from './player.ts'
import { spokenAt, type Spoken } from './spoken-at.ts'

export const PlayerContext = createContext<Player | null>(null)

export const usePlayer = (): Player => {
  const player = useContext(PlayerContext)
  if (player === null) throw new Error('No player above this component')
  return player
}

export const usePlayerState = (): PlayerState => {
  const player = usePlayer()
  return useSyncExternalStore(player.subscribe, player.state)
}

/** Whole quarters of a second, so that a clock and a slider are drawn four times a second and not sixty. */
export const usePlayerSecond = (): number => {
  const player = usePlayer()
  return useSyncExternalStore(player.subscribeTime, () => Math.floor(player.second() * 4) / 4)
}

/** What is spoken now; draws anew only when another word begins or ends. */
export const useSpoken = (segments: readonly Segment[]): Spoken => {
  const player = usePlayer()
  const key = useSyncExternalStore(player.subscribeTime, () => {
    // Before anybody pressed play nothing is spoken, though the first word may begin at zero.
    if (player.second() === 0 && !player.state().playing) return '-1:-1'
    const { segment, word } = spokenAt(segments, player.second())
    return `${segment}:${word}`
  })
  const [segment = -1, word = -1] = key.split(':').map(Number)
  return { segment, word }
}
