/** What users got, read from what is stored. */
import { microcreditsPerCredit } from '../../../src/credits/acts.ts'
import type { StoredError } from '../../../src/transcription/types.ts'
import type { Served } from './served.ts'
import type { World } from './world.ts'

export interface Figures {
  readonly texts: number
  /** Questions that users' texts took, answered or not. */
  readonly requests: number
  readonly answered: number
  readonly modelNotFound: number
  readonly tokenLimit: number
  /** Codes of every failure that a user saw, with their counts. */
  readonly failures: Readonly<Record<string, number>>
  readonly notWhole: number
  readonly fallbacks: number
  readonly replans: number
  readonly warned: number
  /** Calls that reached the providers, and those of them that failed. */
  readonly calls: number
  readonly failedCalls: number
  /** Answers whose named model is not the one that the simulator saw answering. */
  readonly wrongNames: number
  /** Sentences that are missing or stand twice in enhanced texts. */
  readonly lostOrDoubled: number
  readonly creditsCharged: number
  readonly creditsLost: number
  readonly accountsWrong: number
}

const TOKEN_LIMIT = new Set(['context-too-long', 'output-truncated', 'provider-request-too-large'])
const NOT_FOUND = new Set(['model-not-found', 'model-inactive', 'model-unknown'])

const numbersIn = (text: string): string[] =>
  Array.from(text.matchAll(/fact number (\d+)/giu), ([, number]) => number ?? '')

/** How many of the source's numbers are not there exactly once. */
const misplaced = (source: string, made: string): number => {
  const counts = new Map<string, number>()
  for (const number of numbersIn(made)) counts.set(number, (counts.get(number) ?? 0) + 1)
  return numbersIn(source).filter((number) => counts.get(number) !== 1).length
}

const countBy = (codes: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

const readCredits = async ({ house, recordings }: World) => {
  const { db } = house.database
  const users = [...new Set(recordings.map(({ userId }) => userId))]
  const charges = await db
    .selectFrom('transcription_texts')
    .innerJoin('transcriptions', 'transcriptions.id', 'transcription_texts.transcription_id')
    .select(['transcriptions.user_id', 'transcription_texts.charge'])
    .where('transcription_texts.charge', 'is not', null)
    .execute()
  let [lost, wrong, charged] = [0, 0, 0]
  for (const userId of users) {
    const { equal, account } = await house.credits.ledger.audit(userId)
    if (!equal || account.held !== 0) wrong += 1
    const own = charges
      .filter((row) => row.user_id === userId)
      .reduce((sum, row) => sum + (row.charge as { credits: number }).credits, 0)
    const granted = house.credits.newUserCredits
    charged += own
    // What went and stands in no charge that the user can see.
    lost += Math.round((granted - account.balance / microcreditsPerCredit - own) * microcreditsPerCredit)
  }
  return { creditsCharged: charged, creditsLost: lost / microcreditsPerCredit, accountsWrong: wrong }
}

export const readFigures = async (world: World, served: Served): Promise<Figures> => {
  const { db } = world.house.database
  const texts = await db.selectFrom('transcription_texts').selectAll().where('kind', '<>', 'raw').execute()
  const raw = await db
    .selectFrom('transcription_texts')
    .select(['transcription_id', 'content'])
    .where('kind', '=', 'raw')
    .execute()
  const sources = new Map(raw.map(({ transcription_id: id, content }) => [id, content]))
  const parts = await db
    .selectFrom('transcription_text_parts')
    .select(['path', 'content', 'facts'])
    .where('path', 'not like', '%plan%')
    .execute()
  const failures = texts.flatMap(({ error, missing, status }) => {
    const { code } = (error as StoredError | null) ?? { code: 'unfinished' }
    const count = Math.max((missing as string[]).length, status === 'done' ? 0 : 1)
    return Array.from({ length: count }, () => code)
  })
  const enhanced = texts.filter(({ kind, status }) => kind === 'enhanced' && status === 'done')
  return {
    texts: texts.length,
    requests: parts.length + failures.length,
    answered: parts.length,
    modelNotFound: failures.filter((code) => NOT_FOUND.has(code)).length,
    tokenLimit: failures.filter((code) => TOKEN_LIMIT.has(code)).length,
    failures: countBy(failures),
    notWhole: texts.filter(({ complete }) => !complete).length,
    fallbacks: texts.filter(({ fallback_used: used }) => used).length,
    replans: texts.reduce((sum, { plan }) => sum + ((plan as { replans: number } | null)?.replans ?? 0), 0),
    warned: texts.filter(({ warnings }) => (warnings as unknown[]).length > 0).length,
    calls: served.calls,
    failedCalls: served.failed,
    wrongNames: parts.filter(({ content, facts }) => {
      const { provider, model } = facts as { provider: string; model: string }
      return !served.didAnswer(`${provider}/${model}`, content)
    }).length,
    lostOrDoubled: enhanced.reduce(
      (sum, { transcription_id: id, content }) => sum + misplaced(sources.get(id) ?? '', content),
      0,
    ),
    ...(await readCredits(world)),
  }
}
