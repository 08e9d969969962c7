/** The words of `credits`; what they do is in `credits.ts`, loaded when it is called. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { entryKinds } from '../../http/contract/credits.ts'
import type { ExitCode } from '../exit-code.ts'
import type { CommandLine } from '../command-line.ts'

const parseAmount = (text: string): number => {
  const amount = Number(text)
  if (Number.isFinite(amount) && amount !== 0) return amount
  throw new InvalidArgumentError('Give a number that is not 0, e.g. 500 or -20.')
}

const parseCount = (text: string): number => {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Give a whole number from 1 on.')
}

const parseLimit = (text: string): number | null => {
  if (text === 'none') return null
  const limit = Number(text)
  if (Number.isFinite(limit) && limit >= 0) return limit
  throw new InvalidArgumentError('Give credits a month, or none.')
}

export const registerCreditsCommand = (program: Command, line: CommandLine, done: (code: ExitCode) => void): void => {
  const credits = program.command('credits').description('credits of users, on the server’s own database')
  const context = async () => ({ ...line, config: await line.loadConfig() })
  credits
    .command('balance')
    .description('what users have, what is reserved, and how much of the month’s budget is used')
    .argument('[email]', 'one user; all when left out')
    .option('--json', 'write as JSON', false)
    .action(async (email: string | undefined, options: { json: boolean }) => {
      const { showBalances } = await import('./credits.ts')
      done(await showBalances(email, options, await context()))
    })
  credits
    .command('grant')
    .description('give a user credits, or take back some that are free')
    .argument('<email>')
    .argument('<credits>', 'negative takes back; put -- before a negative number', parseAmount)
    .requiredOption('-r, --reason <text>', 'stands in the user’s history')
    .action(async (email: string, amount: number, options: { reason: string }) => {
      const { grantCredits } = await import('./credits.ts')
      done(await grantCredits(email, amount, options, await context()))
    })
  credits
    .command('budget')
    .description('set or lift a user’s monthly limit')
    .argument('<email>')
    .argument('<credits>', 'a month, or none', parseLimit)
    .action(async (email: string, limit: number | null) => {
      const { setBudget } = await import('./credits.ts')
      done(await setBudget(email, limit, await context()))
    })
  credits
    .command('history')
    .description('what happened to a user’s credits, newest first')
    .argument('<email>')
    .addOption(new Option('-k, --kind <kind>', 'entries of one kind').choices(entryKinds))
    .option('-n, --limit <count>', 'so many entries', parseCount, 30)
    .addOption(new Option('--csv', 'write all of them as CSV').conflicts('json'))
    .option('--json', 'write as JSON', false)
    .action(
      async (
        email: string,
        options: { kind?: (typeof entryKinds)[number]; limit: number; csv?: boolean; json: boolean },
      ) => {
        const { showHistory } = await import('./credits.ts')
        done(await showHistory(email, options, await context()))
      },
    )
}
