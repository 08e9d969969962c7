/**
 * Settings that say where a secret is instead of what it is: `vault:PATH#FIELD`, `aws-secrets-manager:NAME#FIELD`.
 *
 * They are resolved once, at the start, before anything is checked. Each secret is read once, however many settings name
 * a field of it.
 */
import { isObject, parseJson } from '../lib/json.ts'
import { readSecret, readText, type Texts } from './environment.ts'
import type { ConfigProblem } from './problem.ts'
import { createAwsSecretsManager } from './secret-stores/aws-secrets-manager.ts'
import type { SecretStore, StoredSecret } from './secret-stores/secret-store.ts'
import { createVault } from './secret-stores/vault.ts'
import { webAddress } from './setting.ts'

const REFERENCE = /^(vault|aws-secrets-manager):([^#]+)(?:#(.+))?$/
type StoreName = 'vault' | 'aws-secrets-manager'

/** A store that does not answer must not hold the start for ever. */
const LIMIT_MS = 10_000
/** The field that a path without one means. */
const USUAL_FIELD = 'value'

const maybeGiven = (texts: Texts, key: string): string | undefined => {
  const problems: ConfigProblem[] = []
  const value = readSecret(texts, key, problems)
  const [problem] = problems
  if (problem !== undefined) throw new Error(`${problem.key}: ${problem.advice}`)
  return value
}

const given = (texts: Texts, key: string, what: string): string => {
  const value = maybeGiven(texts, key)
  if (value === undefined) throw new Error(`it stands in ${what}; set ${key} too`)
  return value
}

const openVault = (texts: Texts): SecretStore =>
  createVault({
    address: webAddress(given(texts, 'VAULT_ADDR', 'Vault')),
    token: given(texts, 'VAULT_TOKEN', 'Vault'),
    namespace: readText(texts, 'VAULT_NAMESPACE'),
  })

const openAws = (texts: Texts): SecretStore => {
  const accessKeyId = readText(texts, 'AWS_ACCESS_KEY_ID')
  const sessionToken = maybeGiven(texts, 'AWS_SESSION_TOKEN')
  return createAwsSecretsManager({
    region: readText(texts, 'AWS_REGION'),
    endpoint: readText(texts, 'AWS_ENDPOINT_URL'),
    credentials:
      accessKeyId === undefined
        ? undefined
        : {
            accessKeyId,
            secretAccessKey: given(texts, 'AWS_SECRET_ACCESS_KEY', 'AWS'),
            ...(sessionToken === undefined ? {} : { sessionToken }),
          },
  })
}

const OPEN: Readonly<Record<StoreName, (texts: Texts) => SecretStore>> = {
  vault: openVault,
  'aws-secrets-manager': openAws,
}

const pick = (secret: StoredSecret, field: string | undefined, path: string): string => {
  if (typeof secret === 'string' && field === undefined) return secret
  const fields = typeof secret === 'string' ? parseJson(secret) : secret
  if (!isObject(fields)) throw new Error(`${path} is no JSON object, so it has no field ${field ?? USUAL_FIELD}`)
  const value = fields[field ?? USUAL_FIELD]
  if (typeof value !== 'string' || value === '')
    throw new Error(
      `${path} has no text in the field ${field ?? USUAL_FIELD}; it has: ${Object.keys(fields).join(', ')}`,
    )
  return value
}

/** Reads each secret once. */
const createReader = (
  texts: Texts,
  signal: AbortSignal,
): ((store: StoreName, path: string) => Promise<StoredSecret>) => {
  const stores = new Map<StoreName, SecretStore>()
  const reads = new Map<string, Promise<StoredSecret>>()
  return async (name, path) => {
    const store = stores.get(name) ?? OPEN[name](texts)
    stores.set(name, store)
    const id = `${name}:${path}`
    const read = reads.get(id) ?? store.read(path, signal)
    reads.set(id, read)
    return read
  }
}

/**
 * The texts with what the references of `names` stand for. One that cannot be resolved is a problem, and its name is left out.
 * A list may hold references beside plain values.
 */
export const resolveReferences = async (
  texts: Texts,
  names: readonly string[],
  problems: ConfigProblem[],
  signal?: AbortSignal,
): Promise<Texts> => {
  const limit = AbortSignal.timeout(LIMIT_MS)
  const read = createReader(texts, signal === undefined ? limit : AbortSignal.any([limit, signal]))
  const resolveItem = async (item: string): Promise<string> => {
    const [, store, path, field] = REFERENCE.exec(item.trim()) ?? []
    if (store === undefined || path === undefined) return item
    return pick(await read(store as StoreName, path), field, path)
  }
  const resolveName = async (name: string): Promise<readonly (readonly [string, string | undefined])[]> => {
    const items = (readText(texts, name) ?? '').split(',')
    if (!items.some((item) => REFERENCE.test(item.trim()))) return []
    try {
      return [[name, (await Promise.all(items.map(resolveItem))).join(',')]]
    } catch (error) {
      problems.push({ key: name, advice: error instanceof Error ? error.message : String(error) })
      return [[name, undefined]]
    }
  }
  return { ...texts, ...Object.fromEntries((await Promise.all(names.map(resolveName))).flat()) }
}
