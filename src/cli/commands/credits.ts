/** `credits balance`, `grant`, `budget`, `history`: the ledger from the command line. A running server may stay up. */
import { userInfo } from 'node:os'
import { createCountedCredits } from '../../app/credits.ts'
import { openCatalogOnly } from '../../app/catalog-only.ts'
import { findUser, pageOfUsers, type CreditUser } from '../../app/credit-accounts.store.ts'
import type { Config } from '../../config.ts'
import type { CreditView } from '../../credits/accounts.ts'
import type { Credits } from '../../credits/credits.ts'
import type { EntryView } from '../../credits/history.ts'
import type { Database } from '../../db/types.ts'
import type { Kysely } from 'kysely'
import { AppError } from '../../errors.ts'
import { systemClock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { say, writeOut, type Terminal } from '../terminal.ts'
import { toTable } from './models-text.ts'

interface Context {
  readonly config: Config
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

interface Desk {
  readonly credits: Credits
  readonly db: Kysely<Database>
}

const within = async <Result>({ config, signal }: Context, work: (desk: Desk) => Promise<Result>): Promise<Result> => {
  const opened = await openCatalogOnly({ config, clock: systemClock, logger: silentLogger, signal })
  try {
    const { ai, db } = opened
    const credits = createCountedCredits({ config, db, ai, clock: systemClock, logger: silentLogger })
    return await work({ credits, db })
  } finally {
    await opened.close()
  }
}

const requireUser = async ({ db }: Desk, email: string): Promise<CreditUser> => {
  const user = await findUser(db, { email })
  if (user === undefined) throw new AppError('not-found', `Nobody has the address ${email}`)
  return user
}

/** Whoever has this terminal, as the ledger names them. */
const operator = (): string => {
  try {
    return `command line (${userInfo().username})`
  } catch {
    return 'command line'
  }
}

const MOST_USERS = 10_000

const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 })

const toRow = ({ email }: CreditUser, { available, held, month }: CreditView): string[] => [
  email,
  number(available),
  number(held),
  number(month.spent),
  month.limit === null ? '' : number(month.limit),
  month.state === 'warning' || month.state === 'reached' ? month.state : '',
]

export const showBalances = async (
  email: string | undefined,
  { json }: { json: boolean },
  context: Context,
): Promise<ExitCode> => {
  const accounts = await within(context, async (desk) => {
    const users =
      email === undefined
        ? (await pageOfUsers(desk.db, { limit: MOST_USERS, offset: 0 })).items
        : [await requireUser(desk, email)]
    const found: { user: CreditUser; credits: CreditView }[] = []
    for (const user of users) found.push({ user, credits: await desk.credits.balance(user.id) })
    return found
  })
  if (!context.config.credits.enabled) say(context.terminal, 'Credits are switched off (CREDITS=off)')
  const table = toTable(
    ['user', 'available', 'reserved', 'this month', 'limit', 'budget'],
    accounts.map(({ user, credits }) => toRow(user, credits)),
  )
  await writeOut(context.terminal, json ? `${JSON.stringify(accounts, null, 2)}\n` : table)
  return exitCode.ok
}

export const grantCredits = async (
  email: string,
  credits: number,
  { reason }: { reason: string },
  context: Context,
): Promise<ExitCode> => {
  const after = await within(context, async (desk) => {
    const { id } = await requireUser(desk, email)
    return desk.credits.grant(id, { credits, reason, madeBy: operator() })
  })
  say(context.terminal, `${email} has ${number(after.available)} credits`)
  return exitCode.ok
}

export const setBudget = async (email: string, limit: number | null, context: Context): Promise<ExitCode> => {
  await within(context, async (desk) => {
    const { id } = await requireUser(desk, email)
    return desk.credits.setMonthlyLimit(id, limit)
  })
  say(
    context.terminal,
    limit === null ? `${email} has no monthly limit` : `${email} may spend ${number(limit)} credits a month`,
  )
  return exitCode.ok
}

const toLine = (entry: EntryView): string[] => [
  entry.createdAt.replace('T', ' ').slice(0, 19),
  entry.kind,
  entry.credits === 0 ? '' : number(entry.credits),
  entry.held === 0 ? '' : number(entry.held),
  entry.model === null ? '' : `${entry.provider ?? ''}/${entry.model}`,
  entry.reason,
]

export const showHistory = async (
  email: string,
  options: {
    readonly kind?: EntryView['kind']
    readonly limit: number
    readonly csv?: boolean
    readonly json: boolean
  },
  context: Context,
): Promise<ExitCode> => {
  const { terminal } = context
  await within(context, async (desk) => {
    const { id } = await requireUser(desk, email)
    const filters = { userId: id, kind: options.kind }
    if (options.csv === true) {
      for await (const lines of desk.credits.csv(filters)) await writeOut(terminal, lines)
      return
    }
    const { items } = await desk.credits.entries(filters, { limit: options.limit })
    const table = toTable(['time (UTC)', 'entry', 'credits', 'reserved', 'model', 'reason'], items.map(toLine))
    await writeOut(terminal, options.json ? `${JSON.stringify(items, null, 2)}\n` : table)
  })
  return exitCode.ok
}
