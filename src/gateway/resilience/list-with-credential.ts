/** A provider's own list, asked with the first of its credentials that may be asked. */
import { AppError } from '../../errors.ts'
import type { Caller } from '../call.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Credential } from '../types/credential.ts'
import type { ListedModel } from '../types/models.ts'
import { abandonOnAbort } from '../../lib/abort.ts'
import type { AccessSource, CredentialPool } from './door/credential-pool.ts'
import { openRequestSignal } from './deadline.ts'

export interface ListOptions {
  readonly signal?: AbortSignal
  readonly deadlineMs?: number
  /** Asks with this credential and no other: how a new key is tested. */
  readonly credential?: Credential
  readonly baseUrl?: string
}

/** Lists are long and some providers slow; nobody waits for them at a page. */
const LIST_DEADLINE_MS = 30_000

export const listWithCredential = async (
  deps: {
    readonly caller: Caller
    readonly access: AccessSource
    readonly pool: CredentialPool
    readonly clock: Clock
  },
  provider: string,
  options: ListOptions = {},
): Promise<ListedModel[]> => {
  const access = deps.access(provider)
  const credential = options.credential ?? deps.pool.inOrder(access?.credentials ?? [])[0] ?? null
  const baseUrl = options.baseUrl ?? access?.baseUrl
  if (baseUrl === undefined || (access?.needsCredential === true && credential === null)) {
    throw new AppError('credential-missing', `No key is set for ${provider}`, { details: { provider } })
  }
  const { signal, close } = openRequestSignal(deps.clock, options.deadlineMs ?? LIST_DEADLINE_MS, options.signal)
  try {
    const list = deps.caller.listModels(provider, { credential, baseUrl }, { signal, parameterPolicy: 'adapt' })
    const models = await abandonOnAbort(list, signal)
    if (credential !== null && options.credential === undefined) deps.pool.known(credential)
    return models
  } finally {
    close()
  }
}
