/** Drives one audio or video element. Time is told apart from the rest, since it changes with every frame. */
import { fasterThan, keepRate, slowerThan, storedRate } from './rate.ts'
import { createSignal } from './signal.ts'

export interface PlayerState {
  playing: boolean
  waiting: boolean
  rate: number
  muted: boolean
  durationSecond: number | null
  failed: boolean
}

export type Player = ReturnType<typeof createPlayer>

export const createPlayer = (fallbackDurationSecond: number | null) => {
  let element: HTMLMediaElement | null = null
  let frame = 0
  let state: PlayerState = {
    playing: false,
    waiting: false,
    rate: storedRate(),
    muted: false,
    durationSecond: fallbackDurationSecond,
    failed: false,
  }
  const changes = createSignal()
  const time = createSignal()
  const sought = createSignal()

  const update = (fields: Partial<PlayerState>): void => {
    state = { ...state, ...fields }
    changes.emit()
  }
  const tick = (): void => {
    time.emit()
    frame = state.playing ? requestAnimationFrame(tick) : 0
  }
  const readDuration = (): void => {
    const length = element?.duration ?? NaN
    // Recordings made in a browser carry no length; the server measured it.
    update({ durationSecond: Number.isFinite(length) && length > 0 ? length : fallbackDurationSecond })
  }
  const seek = (second: number): void => {
    if (element === null) return
    element.currentTime = Math.max(0, Math.min(second, state.durationSecond ?? second))
    time.emit()
    sought.emit()
  }
  const play = (): void => {
    element?.play().catch(() => update({ playing: false }))
  }
  const setRate = (rate: number): void => {
    if (element !== null) element.playbackRate = rate
    keepRate(rate)
    update({ rate })
  }

  const handlers: [string, () => void][] = [
    [
      'play',
      () => {
        update({ playing: true })
        cancelAnimationFrame(frame)
        tick()
      },
    ],
    ['pause', () => update({ playing: false, waiting: false })],
    ['ended', () => update({ playing: false })],
    ['waiting', () => update({ waiting: true })],
    ['playing', () => update({ waiting: false })],
    ['durationchange', readDuration],
    ['timeupdate', time.emit],
    ['seeked', time.emit],
    ['volumechange', () => update({ muted: element?.muted ?? false })],
    ['error', () => update({ failed: true, playing: false })],
  ]

  return {
    /** Takes the element over; the returned function lets it go. */
    attach: (media: HTMLMediaElement): (() => void) => {
      element = media
      media.playbackRate = state.rate
      media.defaultPlaybackRate = state.rate
      for (const [name, handler] of handlers) media.addEventListener(name, handler)
      readDuration()
      return () => {
        cancelAnimationFrame(frame)
        for (const [name, handler] of handlers) media.removeEventListener(name, handler)
        element = null
      }
    },
    state: (): PlayerState => state,
    second: (): number => element?.currentTime ?? 0,
    subscribe: changes.subscribe,
    subscribeTime: time.subscribe,
    /** Told when somebody went to another place, not when the sound ran there. */
    subscribeSought: sought.subscribe,
    seek,
    skip: (second: number): void => seek((element?.currentTime ?? 0) + second),
    toggle: (): void => (state.playing ? element?.pause() : play()),
    play,
    setRate,
    faster: (): void => setRate(fasterThan(state.rate)),
    slower: (): void => setRate(slowerThan(state.rate)),
    toggleMuted: (): void => {
      if (element !== null) element.muted = !element.muted
    },
  }
}
