/** Users have texts made while the catalog is in trouble; what they got is counted afterwards, from the database. */
import { performance } from 'node:perf_hooks'
import { AppError } from '../../../src/errors.ts'
import type { MakeTextInput } from '../../../src/transcription/transcriptions.ts'
import { readFigures, type Figures } from './figures.ts'
import { createServed } from './served.ts'
import { clearOldFaults, startTrouble, type TroubleCounts } from './trouble.ts'
import type { World } from './world.ts'

export interface CatalogRun extends Figures {
  readonly seconds: number
  readonly trouble: TroubleCounts
  /** Wishes whose model was gone when they were made: told at once, with a live one to take instead, which was taken. */
  readonly toldBefore: number
  /** Wishes that were refused without a way on. */
  readonly refused: number
}

const KINDS: readonly Partial<MakeTextInput>[] = [
  { kind: 'enhanced', enhancementMode: 'standard' },
  { kind: 'enhanced', enhancementMode: 'light' },
  { kind: 'summary', summaryVariant: 'medium' },
  { kind: 'enhanced', enhancementMode: 'standard' },
  { kind: 'translation', targetLanguage: 'tr' },
  { kind: 'summary', summaryVariant: 'bullet-points' },
  { kind: 'enhanced', enhancementMode: 'light' },
  { kind: 'lecture_notes' },
]

const MOST_OPEN = 24

/** @param requests how many questions are to be asked in all; the run ends when they are. */
export const runCatalog = async (world: World, requests: number, deadlineMs: number): Promise<CatalogRun> => {
  const { house, recordings, chosen, simulator } = world
  const startedAtMs = performance.now()
  const served = createServed(simulator)
  const trouble = startTrouble(world)
  let [toldBefore, refused] = [0, 0]

  const make = async (nth: number, wish: MakeTextInput): Promise<void> => {
    const { id, userId } = recordings[nth % recordings.length] ?? { id: '', userId: '' }
    try {
      await house.transcriptions.makeText(userId, id, wish)
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown
      const { suggestions } = thrown.details
      const instead = Array.isArray(suggestions) ? (suggestions as string[])[0] : undefined
      if (instead === undefined || instead === wish.model) {
        refused += 1
        return
      }
      toldBefore += 1
      return make(nth, { ...wish, model: instead })
    }
  }
  const openTexts = async (): Promise<number> => {
    const { count } = await house.database.db
      .selectFrom('transcription_texts')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .where('status', '=', 'running')
      .executeTakeFirstOrThrow()
    return Number(count)
  }
  const asked = async (): Promise<number> => {
    const { count } = await house.database.db
      .selectFrom('transcription_text_parts')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .where('path', 'not like', '%plan%')
      .executeTakeFirstOrThrow()
    return Number(count)
  }
  const settle = async (most: number): Promise<void> => {
    while ((await openTexts()) > most && performance.now() - startedAtMs < deadlineMs) {
      served.read()
      clearOldFaults(simulator)
      await house.clock.sleep(100)
    }
  }

  for (let nth = 0; performance.now() - startedAtMs < deadlineMs; nth += 1) {
    const row = chosen[nth % chosen.length]
    const model = nth % 5 === 4 || row === undefined ? 'auto:best' : `${row.provider}/${row.key}`
    // Words of its own make each wish a wish of its own.
    const wish = { ...KINDS[nth % KINDS.length], model, customInstruction: `This is wish ${nth}.` } as MakeTextInput
    await make(nth, wish)
    if (nth % 8 === 7) {
      await settle(MOST_OPEN)
      if ((await asked()) >= requests) break
    }
  }
  await settle(0)
  const { counts } = trouble
  await trouble.stop()
  served.read()
  return {
    ...(await readFigures(world, served)),
    seconds: (performance.now() - startedAtMs) / 1000,
    trouble: { ...counts },
    toldBefore,
    refused,
  }
}
