/** The words of `credentials`; what they do is in `credentials.ts`, loaded when it is called. */
import type { Command } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { CommandLine } from '../command-line.ts'

export const registerCredentialsCommand = (
  program: Command,
  line: CommandLine,
  done: (code: ExitCode) => void,
): void => {
  const credentials = program.command('credentials').description('keys for AI providers')
  const context = async () => ({ ...line, config: await line.loadConfig() })
  credentials
    .command('list')
    .description('keys of the settings and the database, masked')
    .option('--json', 'write as JSON', false)
    .action(async (options: { json: boolean }) => {
      const { listCredentials } = await import('./credentials.ts')
      done(await listCredentials(options, await context()))
    })
  credentials
    .command('rotate')
    .description('seal every kept key anew after ENCRYPTION_KEY has changed')
    .action(async () => {
      const { rotateCredentials } = await import('./credentials.ts')
      done(await rotateCredentials(await context()))
    })
}
