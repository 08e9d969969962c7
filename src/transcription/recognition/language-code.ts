/** Providers name the language of an answer as a code or as an English word; we keep ISO codes. Pure. */

const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' })

/** Words that providers use and the standard names otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  mandarin: 'zh',
  cantonese: 'yue',
  burmese: 'my',
  castilian: 'es',
  valencian: 'ca',
  flemish: 'nl',
  haitian: 'ht',
  hawaiian: 'haw',
  letzeburgesch: 'lb',
  moldavian: 'ro',
  moldovan: 'ro',
  panjabi: 'pa',
  pushto: 'ps',
  sinhalese: 'si',
  tagalog: 'tl',
  nynorsk: 'nn',
  bokmal: 'nb',
}

const letters = [...'abcdefghijklmnopqrstuvwxyz']

let known: ReadonlyMap<string, string> | undefined

/** Every two-letter code by its English name, made when first asked for. */
const codesByName = (): ReadonlyMap<string, string> => {
  if (known !== undefined) return known
  const codes = letters.flatMap((first) => letters.map((second) => first + second))
  const named = codes.flatMap((code): [string, string][] => {
    const name = names.of(code)
    return name === undefined ? [] : [[name.toLowerCase(), code]]
  })
  // The first code of a name is kept: later ones are old codes of the same language.
  known = new Map([...named.reverse(), ...Object.entries(OTHER_NAMES)])
  return known
}

/** Null when nobody can tell. */
export const toLanguageCode = (said: string | null): string | null => {
  const word = said?.trim().toLowerCase() ?? ''
  const code = /^([a-z]{2,3})(?:[-_][a-z0-9-]+)?$/.exec(word)?.[1]
  return code ?? codesByName().get(word) ?? null
}
