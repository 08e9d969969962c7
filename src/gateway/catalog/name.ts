/** The forms in which people and providers write one model's name. */

/** Letter case and a `models/` prefix, also after the provider, never tell two models apart. */
export const normalizeName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/^([^/]+\/)?models\//, '$1')

const DATE_SUFFIX = /[-@](?:\d{4}-\d{2}-\d{2}|\d{8})$/

/** `gpt-5-2025-08-07` → `gpt-5`; null when the name carries no date. */
export const withoutDate = (name: string): string | null => {
  const bare = name.replace(DATE_SUFFIX, '')
  return bare === name ? null : bare
}
