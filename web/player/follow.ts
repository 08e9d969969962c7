/** Whether the text scrolls along with the sound: on until the reader scrolls by hand, on again by wish. */

export type FollowEvent = 'scrolled-by-hand' | 'asked' | 'declined' | 'sought' | 'started'

export interface Follow {
  following: boolean
  /** Switched off by the button, so that starting or seeking doesn't switch it on again. */
  declined: boolean
}

export const startFollow: Follow = { following: true, declined: false }

export const follow = (state: Follow, event: FollowEvent): Follow => {
  switch (event) {
    case 'scrolled-by-hand':
      return { ...state, following: false }
    case 'asked':
      return { following: true, declined: false }
    case 'declined':
      return { following: false, declined: true }
    case 'sought':
    case 'started':
      return state.declined ? state : { ...state, following: true }
  }
}
