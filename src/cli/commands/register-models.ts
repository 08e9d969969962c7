/** The words of `models`; what they do is in `models.ts`, loaded when it is called. */
import { Option, type Command } from 'commander'
import type { ExitCode } from '../exit-code.ts'
import type { CommandLine } from '../command-line.ts'

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]

export const registerModelsCommand = (program: Command, line: CommandLine, done: (code: ExitCode) => void): void => {
  const models = program.command('models').description('the catalog of AI models')
  const context = async () => ({ ...line, config: await line.loadConfig() })
  models
    .command('list')
    .description('models of the catalog')
    .option('-p, --provider <provider>', 'only those of one provider')
    .addOption(
      new Option('-s, --status <status>', 'only those that are').choices([
        'active',
        'inactive',
        'proposed',
        'unconfirmed',
      ]),
    )
    .option('--search <text>', 'part of a key, name or alias')
    .option('--json', 'write as JSON', false)
    .action(async (options: { provider?: string; status?: never; search?: string; json: boolean }) => {
      const { listModels } = await import('./models.ts')
      done(await listModels(options, await context()))
    })
  models
    .command('sync')
    .description('compare the catalog with the providers’ own lists')
    .option('-p, --provider <provider>', 'only this provider; may be given several times', collect)
    .option('--dry-run', 'only tell the difference', false)
    .option('--probe', 'ask listed models that nobody has seen answer; costs a little', false)
    .option('--json', 'write as JSON', false)
    .action(async (options: { provider?: string[]; dryRun: boolean; probe: boolean; json: boolean }) => {
      const { syncModels } = await import('./models.ts')
      done(await syncModels(options, await context()))
    })
  models
    .command('test')
    .description('ask one model a short question')
    .argument('<model>', 'provider/model')
    .option('--json', 'write as JSON', false)
    .action(async (ref: string, options: { json: boolean }) => {
      const { testModel } = await import('./models.ts')
      done(await testModel(ref, options, await context()))
    })
  models
    .command('validate')
    .description('whether a model can be used now, and what to take instead')
    .argument('<model>', 'provider/model')
    .option('--json', 'write as JSON', false)
    .action(async (ref: string, options: { json: boolean }) => {
      const { validateModel } = await import('./models.ts')
      done(await validateModel(ref, options, await context()))
    })
}
