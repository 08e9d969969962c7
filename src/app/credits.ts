/** Credits with what they ask of catalog, accounts and recordings. */
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import { createCredits, type Credits } from '../credits/credits.ts'
import type { Database } from '../db/types.ts'
import { AppError } from '../errors.ts'
import type { CreditDesk } from '../http/dependencies.ts'
import type { Clock } from '../lib/clock.ts'
import { createId } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import type { Transcriptions } from '../transcription/transcriptions.ts'
import type { Ai } from './ai.ts'
import { findUser, pageOfUsers } from './credit-accounts.store.ts'
import { createWorkEstimator } from './estimate-work.ts'
import { createPricedModels } from './priced-models.ts'
import { titlesOfRecordings } from './recording-titles.store.ts'

interface Dependencies {
  readonly config: Pick<Config, 'credits' | 'models' | 'speech'>
  readonly db: Kysely<Database>
  readonly ai: Pick<Ai, 'providers' | 'models' | 'gateway' | 'byNameOnly'>
  readonly clock: Clock
  readonly logger: Logger
}

export const createCountedCredits = ({ config, db, ai, clock, logger }: Dependencies): Credits => {
  const { modelOf, isOwn } = createPricedModels(ai, config)
  return createCredits({
    db,
    clock,
    logger,
    newId: createId,
    settings: config.credits,
    modelOf,
    isOwn,
    titlesOf: (userId, ids) => titlesOfRecordings(db, userId, ids),
  })
}

/** Enough of a text to know how its language falls into tokens. */
const SAMPLE_CHARACTERS = 20_000

/** What the pages about credits call. */
export const createCreditDesk = (
  credits: Credits,
  { config, db, ai, clock, transcriptions }: Dependencies & { readonly transcriptions: Pick<Transcriptions, 'get'> },
): CreditDesk => {
  const models = createPricedModels(ai, config)
  const estimator = createWorkEstimator({
    db,
    clock,
    models,
    count: (row, text) => ai.gateway.insight.counter.text(row, text),
  })
  const requireUser = async (userId: string) => {
    const user = await findUser(db, { id: userId })
    if (user === undefined) throw new AppError('not-found', 'There is no such user')
    return user
  }
  /** What models will read of a recording, or how long it is while there is no text. */
  const sizeOf = async (userId: string, id: string) => {
    const { texts, durationSecond } = await transcriptions.get(userId, id)
    const done = texts.filter(({ status }) => status === 'done')
    const source = done.find(({ kind }) => kind === 'cleaned') ?? done.find(({ kind }) => kind === 'raw')
    return {
      seconds: durationSecond,
      characters: source?.content.length ?? null,
      sample: source?.content.slice(0, SAMPLE_CHARACTERS),
    }
  }
  return {
    ...credits,
    requireUser,
    async accounts(query) {
      const { items, total } = await pageOfUsers(db, query)
      const balances = await credits.balances(items.map(({ id }) => id))
      return {
        items: items.flatMap((user) => {
          const balance = balances.get(user.id)
          return balance === undefined ? [] : [{ user, credits: balance }]
        }),
        total,
      }
    },
    async estimate(userId, { operations, model, engine, transcriptionId, ...given }) {
      const size =
        transcriptionId === undefined
          ? { seconds: given.durationSecond ?? null, characters: given.characters ?? null }
          : await sizeOf(userId, transcriptionId)
      const works = await Promise.all(
        [...new Set(operations)].map((operation) => estimator.estimate(operation, { model, engine }, size)),
      )
      return credits.estimate(userId, works, size)
    },
  }
}
