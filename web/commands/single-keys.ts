/** Shortcuts of one key can be switched off: dictation and shaky hands press keys nobody meant (WCAG 2.1.4). */
const storageKey = 'mp4totext.single-keys'

export const singleKeysAllowed = (): boolean => {
  try {
    return localStorage.getItem(storageKey) !== 'off'
  } catch {
    return true
  }
}

export const allowSingleKeys = (allowed: boolean): void => {
  try {
    localStorage.setItem(storageKey, allowed ? 'on' : 'off')
  } catch {
    // Without storage the default stays.
  }
}
