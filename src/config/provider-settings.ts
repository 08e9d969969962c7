/**
 * The settings of providers: `<NAME>_API_KEY` and `<NAME>_BASE_URL` for those we know by name, and any number of servers
 * that speak like OpenAI by `OPENAI_COMPATIBLE_<NAME>_BASE_URL`, `_API_KEY` and `_MODELS`.
 */
import { builtInProviders } from '../gateway/providers/index.ts'
import { readSecret, readText, type Texts } from './environment.ts'
import type { ConfigProblem } from './problem.ts'
import { key, list, webAddress } from './setting.ts'

export interface ProviderSettings {
  /** As it appears in `provider/model`. */
  readonly id: string
  /** The provider's own id, or `openai-compatible`. */
  readonly kind: string
  readonly apiKey: string | undefined
  /** Several keys are used in turn; this holds all, the one of `apiKey` first. */
  readonly apiKeys: readonly string[]
  readonly baseUrl: string | undefined
  /** Models to offer where the server cannot list its own. */
  readonly models: readonly string[]
}

const NAMED = builtInProviders.filter(({ builtIn }) => builtIn === undefined)

const prefixOf = (id: string): string => id.toUpperCase().replaceAll('-', '_')

/** Prefix of the settings' names, and the provider's id. */
export const NAMED_PROVIDERS: Readonly<Record<string, string>> = Object.fromEntries(
  NAMED.map(({ id }) => [prefixOf(id), id]),
)

const COMPATIBLE = /^OPENAI_COMPATIBLE_([A-Z0-9]+(?:_[A-Z0-9]+)*?)_(BASE_URL|API_KEY|API_KEY_FILE|MODELS)$/
/** Those that need no key of their own: giving the address alone switches them on. */
const KEYLESS: ReadonlySet<string> = new Set(NAMED.filter(({ needsKey }) => !needsKey).map(({ id }) => prefixOf(id)))

const check = <Value>(
  name: string,
  value: string | undefined,
  parse: (text: string) => Value,
  problems: ConfigProblem[],
): Value | undefined => {
  if (value === undefined) return undefined
  try {
    return parse(value)
  } catch (error) {
    problems.push({ key: name, advice: error instanceof Error ? error.message : String(error) })
    return undefined
  }
}

const readOne = (
  texts: Texts,
  prefix: string,
  id: string,
  kind: string,
  problems: ConfigProblem[],
): ProviderSettings => {
  const secret = readSecret(texts, `${prefix}_API_KEY`, problems)
  const apiKeys = check(`${prefix}_API_KEY`, secret, (value) => list(value).map(key), problems) ?? []
  return {
    id,
    kind,
    apiKey: apiKeys[0],
    apiKeys,
    baseUrl: check(`${prefix}_BASE_URL`, readText(texts, `${prefix}_BASE_URL`), webAddress, problems),
    models: list(readText(texts, `${prefix}_MODELS`) ?? ''),
  }
}

const compatibleNames = (texts: Texts): string[] => {
  const names = Object.keys(texts).flatMap((name) => (readText(texts, name) && COMPATIBLE.exec(name)?.[1]) || [])
  return [...new Set(names)].sort()
}

const readCompatible = (texts: Texts, problems: ConfigProblem[]): ProviderSettings[] =>
  compatibleNames(texts).map((name) => {
    const prefix = `OPENAI_COMPATIBLE_${name}`
    const id = name.toLowerCase().replaceAll('_', '-')
    if (readText(texts, `${prefix}_BASE_URL`) === undefined) {
      problems.push({
        key: `${prefix}_BASE_URL`,
        advice: `it is missing, while other settings of ${prefix} are there; write the server's address, or remove them`,
      })
    }
    if (Object.values(NAMED_PROVIDERS).includes(id) || id === 'offline' || id === 'local') {
      problems.push({
        key: `${prefix}_BASE_URL`,
        advice: `${id} is the name of a provider of its own; choose another name`,
      })
    }
    return readOne(texts, prefix, id, 'openai-compatible', problems)
  })

/** The providers that are set up: those with a key, and those with an address where a key is not needed. */
export const readProviders = (texts: Texts, problems: ConfigProblem[]): readonly ProviderSettings[] => {
  const named = Object.entries(NAMED_PROVIDERS).map(([prefix, id]) => ({
    prefix,
    settings: readOne(texts, prefix, id, id, problems),
  }))
  const enabled = named.filter(
    ({ prefix, settings }) => settings.apiKey !== undefined || (KEYLESS.has(prefix) && settings.baseUrl !== undefined),
  )
  return [...enabled.map(({ settings }) => settings), ...readCompatible(texts, problems)]
}

/** Whether a name in the environment is the setting of a provider. */
export const isProviderKey = (name: string): boolean =>
  COMPATIBLE.test(name) ||
  Object.keys(NAMED_PROVIDERS).some((prefix) =>
    ['API_KEY', 'API_KEY_FILE', 'BASE_URL', 'MODELS'].some((suffix) => name === `${prefix}_${suffix}`),
  )

/** The right form of a compatible server's setting that lacks the server's name; undefined for anything else. */
export const namedForm = (name: string): string | undefined => {
  const suffix = /^OPENAI_COMPATIBLE_(BASE_URL|API_KEY|API_KEY_FILE|MODELS)$/.exec(name)?.[1]
  return suffix && `OPENAI_COMPATIBLE_MYSERVER_${suffix}`
}
