/**
 * The last look before work begins: a model that vanished since it was chosen is refused here, with live ones to take
 * instead, and not half an hour later. What cannot be told now passes, as the work itself has fallbacks.
 */
import type { HttpDependencies } from './dependencies.ts'

type Validation = Pick<HttpDependencies['modelValidation'], 'assertModelUsable'>

interface ChosenModels {
  readonly model?: string | undefined
  readonly engine?: string | undefined
  readonly enhance?: boolean | undefined
  readonly summarize?: boolean | undefined
}

/** The engine of this server is no model of the catalog. */
const isOwn = (engine: string): boolean => engine === 'local' || engine.startsWith('local/')

/** Throws as `assertModelUsable` does. Options that leave every text out need no model. */
export const assertChosenUsable = async (validation: Validation, chosen: ChosenModels): Promise<void> => {
  const { model, engine, enhance = true, summarize = true } = chosen
  if (engine !== undefined && !isOwn(engine)) await validation.assertModelUsable(engine)
  if (model !== undefined && (enhance || summarize)) await validation.assertModelUsable(model)
}
