/**
 * The catalog's life at run time: seed → table → memory. What the gateway learns from refusals goes back to the table;
 * failing to write it costs the next start one refusal and nothing now, so it is logged and not raised.
 */
import {
  createCatalog,
  createLearnedRules,
  type Catalog,
  type LearnedRuleName,
  type LearnedRules,
} from '../gateway/index.ts'
import type { ListedModel } from '../gateway/index.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { toModelRow } from './model.ts'
import type { ModelsStore } from './models.store.ts'
import { seedModels } from './seed.ts'
import { toCleanList, toListedRow } from './sync/listed-model.ts'

export interface ModelCatalog {
  readonly catalog: Catalog
  readonly learned: LearnedRules
  /** What was learned is unlearned; false when nothing was. */
  forgetRule(rule: LearnedRuleName): Promise<boolean>
  /** Reads the tables again: after a change, and daily, as prices and retirements have dates. */
  refresh(): Promise<void>
  /** Adds what a provider lists and the table does not have. Returns how many were new. */
  addListed(provider: string, models: readonly ListedModel[]): Promise<number>
}

export interface ModelCatalogDeps {
  readonly store: ModelsStore
  readonly clock: Clock
  readonly logger: Pick<Logger, 'warn'>
}

export const loadModelCatalog = async ({ store, clock, logger }: ModelCatalogDeps): Promise<ModelCatalog> => {
  const now = (): Date => new Date(clock.now())
  const keep = (what: string, write: Promise<void>): void => {
    write.catch((error: unknown) => logger.warn({ error }, `${what} could not be kept`))
  }
  const read = async () => {
    const day = now().toISOString().slice(0, 10)
    return (await store.all()).map((model) => toModelRow(model, day))
  }
  await store.addMissing(seedModels, now())
  // One after the other: of two corrections of one row the later holds.
  let written: Promise<void> = Promise.resolve()
  const catalog = createCatalog(await read(), ({ provider, key }, correction) => {
    written = written.catch(() => {}).then(() => store.correctLimits(provider, key, correction, now()))
    keep(`The true limit of ${provider}/${key}`, written)
  })
  const learned = createLearnedRules(await store.learnedRules(), (rule) =>
    keep(`What ${rule.provider}/${rule.model} said about ${rule.field}`, store.addLearnedRule(rule)),
  )
  const readAgain = async (): Promise<void> => {
    // What was learned a moment ago is in the table before it is read.
    await written.catch(() => {})
    const [rows, rules] = await Promise.all([read(), store.learnedRules()])
    catalog.replace(rows)
    learned.replace(rules)
  }
  // One after the other: of two that run together the one that read first could end last, and bring back what was.
  let refreshed: Promise<void> = Promise.resolve()
  const refresh = (): Promise<void> => (refreshed = refreshed.catch(() => {}).then(readAgain))
  return {
    catalog,
    learned,
    refresh,
    async forgetRule(rule) {
      const removed = await store.removeLearnedRule(rule)
      return learned.forget(rule) || removed
    },
    async addListed(provider, models) {
      const source = `list of ${provider}, ${now().toISOString().slice(0, 10)}`
      const added = await store.addMissing(
        toCleanList(models)
          .models.filter(({ operations }) => operations.length > 0)
          .map((model) => toListedRow(provider, model, source)),
        now(),
      )
      if (added > 0) await refresh()
      return added
    },
  }
}
