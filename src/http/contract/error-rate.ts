/**
 * What a share of failed calls is called: one set of bounds for the API, the words and the colours of the pages. Only
 * failures that a provider is to blame for count. The rule that alerts begins at `failing`, and switching off at `down`.
 */
export const errorRateBounds = Object.freeze({ degraded: 0.05, failing: 0.1, down: 0.5 })

export const errorRateStates = ['ok', 'degraded', 'failing', 'down'] as const
export type ErrorRateState = (typeof errorRateStates)[number]

/** A bound itself is still the better state. */
export const errorRateState = (share: number): ErrorRateState => {
  if (share > errorRateBounds.down) return 'down'
  if (share > errorRateBounds.failing) return 'failing'
  return share > errorRateBounds.degraded ? 'degraded' : 'ok'
}
