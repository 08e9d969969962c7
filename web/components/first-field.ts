/**
 * Makes a field the first of its dialog: it has the focus from the moment it is on the page. Mantine's focus trap alone
 * comes a timer later, and keys that wait in the queue of a busy page would be lost before it.
 */
const focusOnArrival = (field: HTMLElement | null): void => {
  // After the effects of the same commit: the dialog must first have seen what had the focus, to give it back.
  queueMicrotask(() => field?.focus({ preventScroll: true }))
}

export const firstField = { 'data-autofocus': true, ref: focusOnArrival } as const
