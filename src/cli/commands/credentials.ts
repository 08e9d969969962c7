/** `credentials list` and `credentials rotate`: the keys for providers, on the server's own database. */
import { openCatalogOnly } from '../../app/catalog-only.ts'
import type { Config } from '../../config.ts'
import { systemClock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import type { ProviderCredentials } from '../../models/credentials/credentials.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { say, writeOut, type Terminal } from '../terminal.ts'
import { toTable } from './models-text.ts'

interface Context {
  readonly config: Config
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

const within = async <Result>(
  { config, signal }: Context,
  work: (credentials: ProviderCredentials) => Promise<Result>,
): Promise<Result> => {
  const catalog = await openCatalogOnly({ config, clock: systemClock, logger: silentLogger, signal })
  try {
    return await work(catalog.ai.credentials)
  } finally {
    await catalog.close()
  }
}

export const listCredentials = async (options: { json: boolean }, context: Context): Promise<ExitCode> => {
  const items = await within(context, (credentials) => Promise.resolve(credentials.list()))
  const rows = items.map((one) => [
    one.provider,
    one.name,
    one.masked,
    one.origin,
    one.enabled ? 'on' : 'off',
    one.testError ?? '',
  ])
  const table = toTable(['provider', 'name', 'key', 'from', 'use', 'note'], rows)
  await writeOut(context.terminal, options.json ? `${JSON.stringify(items, null, 2)}\n` : table)
  return exitCode.ok
}

/** Seals every kept key anew with `ENCRYPTION_KEY`; those sealed under `ENCRYPTION_KEY_PREVIOUS` can be read until then. */
export const rotateCredentials = async (context: Context): Promise<ExitCode> => {
  const count = await within(context, (credentials) => credentials.rotate())
  say(context.terminal, `${count} keys were sealed anew. ENCRYPTION_KEY_PREVIOUS is no longer needed for them.`)
  return exitCode.ok
}
