import { useEffect, useReducer } from 'react'
import { follow, startFollow, type FollowEvent } from './follow.ts'
import { usePlayer } from './use-player.ts'

const scrollKeys = ['PageUp', 'PageDown', 'Home', 'End', 'ArrowUp', 'ArrowDown']

/** Whether the text follows the sound, and the ways a reader has to take it over. */
export const useFollow = (): [boolean, (event: FollowEvent) => void] => {
  const player = usePlayer()
  const [state, send] = useReducer(follow, startFollow)
  useEffect(() => {
    const byHand = (): void => send('scrolled-by-hand')
    const byKey = (press: KeyboardEvent): void => {
      const typing = press.target instanceof HTMLElement && press.target.matches('input, textarea, [role=slider]')
      if (scrollKeys.includes(press.key) && !typing) byHand()
    }
    const byScrollbar = (press: MouseEvent): void => {
      if (press.clientX >= document.documentElement.clientWidth) byHand()
    }
    let playing = player.state().playing
    const stops = [
      player.subscribeSought(() => send('sought')),
      player.subscribe(() => {
        if (!playing && player.state().playing) send('started')
        playing = player.state().playing
      }),
    ]
    const options = { passive: true }
    globalThis.addEventListener('wheel', byHand, options)
    globalThis.addEventListener('touchmove', byHand, options)
    globalThis.addEventListener('keydown', byKey)
    globalThis.addEventListener('mousedown', byScrollbar)
    return () => {
      for (const stop of stops) stop()
      globalThis.removeEventListener('wheel', byHand)
      globalThis.removeEventListener('touchmove', byHand)
      globalThis.removeEventListener('keydown', byKey)
      globalThis.removeEventListener('mousedown', byScrollbar)
    }
  }, [player])
  return [state.following, send]
}
