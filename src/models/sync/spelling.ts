/**
 * Which names mean one model: letter case, a `models/` prefix, a date at the end and Ollama's `:latest` never tell two
 * models apart where only one of them exists. A difference in spelling must never be read as a removal.
 */
import { normalizeName, withoutDate } from '../../gateway/catalog/name.ts'

/** A name without case, prefix and default tag. */
export const plainName = (name: string): string => normalizeName(name).replace(/:latest$/, '')

/** The plain name without its date; null when it carries none. */
export const undatedName = (name: string): string | null => withoutDate(plainName(name))

export interface Named {
  readonly key: string
  readonly aliases: readonly string[]
}

export interface NameOwners<Owner> {
  /** The one that has this very name, or is the only one that it can mean. */
  ownerOf(name: string): Owner | null
  /** Whom the name speaks for: its owner, and the undated model that a dated name is a release of. */
  vouchedBy(name: string): readonly Owner[]
}

export const createNameOwners = <Owner extends Named>(owners: readonly Owner[]): NameOwners<Owner> => {
  const exact = new Map<string, Owner>()
  const undated = new Map<string, Owner>()
  // Keys before aliases: a key is a model's own name.
  for (const owner of owners) exact.set(plainName(owner.key), owner)
  for (const owner of owners)
    for (const alias of owner.aliases) if (!exact.has(plainName(alias))) exact.set(plainName(alias), owner)
  for (const owner of owners)
    for (const name of [owner.key, ...owner.aliases]) {
      const short = undatedName(name)
      if (short !== null && !exact.has(short) && !undated.has(short)) undated.set(short, owner)
    }
  const releaseOf = (name: string): Owner | null => {
    const short = undatedName(name)
    return short === null ? null : (exact.get(short) ?? null)
  }
  const ownerOf = (name: string): Owner | null => {
    const plain = plainName(name)
    return exact.get(plain) ?? releaseOf(name) ?? undated.get(plain) ?? null
  }
  return {
    ownerOf,
    vouchedBy: (name) => [...new Set([ownerOf(name), releaseOf(name)])].filter((owner) => owner !== null),
  }
}
