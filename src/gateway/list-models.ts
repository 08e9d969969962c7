/** A provider's own list of models, all pages of it. */
import { AppError } from '../errors.ts'
import type { CallContext } from './call.ts'
import type { ModelList } from './provider.ts'
import type { ListedModel } from './types/models.ts'
import type { WireAccess } from './wire/access.ts'
import type { Wire } from './wire/wire.ts'

/** More pages than any provider has; a list that goes on is broken. */
const MAX_PAGES = 50

export const listModels = async (wire: Wire, access: WireAccess, context: CallContext): Promise<ListedModel[]> => {
  const { provider } = access
  if (provider.builtIn !== undefined) return [...provider.builtIn.models]
  const list = provider.models
  if (list === undefined)
    throw new AppError('unsupported-capability', `${provider.displayName} lists no models`, {
      details: { provider: provider.id, capability: 'models' },
    })
  const rows = await readPages(wire, access, list, context)
  const models = rows.flatMap((row) => list.toModel(row) ?? [])
  const detail = list.detail
  if (detail === undefined) return models
  const detailed: ListedModel[] = []
  for (const model of models)
    detailed.push(await wire.exchange(access, detail.call(model.key), (body) => detail.merge(model, body), context))
  return detailed
}

const readPages = async (wire: Wire, access: WireAccess, list: ModelList, context: CallContext): Promise<unknown[]> => {
  const rows: unknown[] = []
  let path: string | null = list.path
  for (let page = 0; path !== null && page < MAX_PAGES; page += 1) {
    const call = { method: 'GET', path, headers: {}, body: null, notes: [] } as const
    const read: { rows: readonly unknown[]; nextPath: string | null } = await wire.exchange(
      access,
      call,
      list.page,
      context,
    )
    rows.push(...read.rows)
    path = read.nextPath
  }
  return rows
}
