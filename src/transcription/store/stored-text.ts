/** Text and JSON as PostgreSQL takes them: it knows no NUL in a text, and no half of a surrogate pair in JSON. */

/** The text without what the database refuses. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()

/** A value as JSON text for a `jsonb` column. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? storable(part) : part))
