/**
 * HashiCorp Vault and OpenBao by their HTTP API: one secret of a key-value engine, version 1 or 2.
 *
 * The path is written as for `vault kv get`: the engine's version is asked for, and version 2's `data/` put in.
 */
import { toObject, toText } from '../../lib/json.ts'
import { networkReason, type SecretStore } from './secret-store.ts'

export interface VaultSettings {
  readonly address: string
  readonly token: string
  readonly namespace: string | undefined
}

const adviceFor = (status: number, path: string): string => {
  if (status === 404) return `Vault has no secret at ${path}; correct the path`
  if (status === 403) return `Vault refuses ${path}; its token has expired or may not read it`
  if (status === 503) return 'Vault is sealed; unseal it'
  if (status >= 300 && status < 400) return 'Vault sends us to another address; write that one as VAULT_ADDR'
  return `Vault answered with status ${status} for ${path}`
}

export const createVault = ({ address, token, namespace }: VaultSettings): SecretStore => {
  const headers = {
    'x-vault-request': 'true',
    'x-vault-token': token,
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
  }
  const get = async (path: string, signal: AbortSignal): Promise<{ status: number; data: Record<string, unknown> }> => {
    try {
      // The token must not travel to another address.
      const reply = await fetch(`${address}/v1/${path}`, { headers, signal, redirect: 'manual' })
      const text = await reply.text()
      const body = reply.ok ? toObject(JSON.parse(text)) : {}
      return { status: reply.status, data: toObject(body['data']) }
    } catch (error) {
      throw new Error(`Vault at ${address} cannot be asked (${networkReason(error)})`, { cause: error })
    }
  }
  /** Where the secret is read; a Vault from before the question knows version 1 only. */
  const locate = async (path: string, signal: AbortSignal): Promise<{ path: string; version: number }> => {
    const { status, data } = await get(`sys/internal/ui/mounts/${path}`, signal)
    if (status === 404) return { path, version: 1 }
    if (status !== 200) throw new Error(adviceFor(status, path))
    const mount = toText(data['path']) ?? ''
    if (toText(toObject(data['options'])['version']) !== '2' || !path.startsWith(mount)) return { path, version: 1 }
    const rest = path.slice(mount.length).replace(/^data\//, '')
    return { path: `${mount}data/${rest}`, version: 2 }
  }
  return {
    async read(asked, signal) {
      const wanted = asked.split('/').filter(Boolean).map(encodeURIComponent).join('/')
      const { path, version } = await locate(wanted, signal)
      const { status, data } = await get(path, signal)
      if (status !== 200) throw new Error(adviceFor(status, asked))
      return version === 2 ? toObject(data['data']) : data
    },
  }
}
