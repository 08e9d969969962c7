/** The daily comparison of the catalog with the providers' lists, as the timetable's task. */
import { statement } from '../../statements/statement.ts'
import type { ScheduledTask } from '../schedules/task.ts'
import type { ModelSync } from './model-sync.ts'

export const createSyncTask = (sync: Pick<ModelSync, 'run'>): ScheduledTask => ({
  name: 'models.sync',
  description: 'Compares the catalog with the models that providers list',
  cron: '0 3 * * *',
  async run({ runId, trigger, startedBy, signal }) {
    const { results, deadTargets } = await sync.run({ id: runId, trigger, startedBy }, signal)
    const providers = results
      .filter(({ outcome }) => outcome !== 'skipped')
      .map(({ provider, outcome }) => ({ provider, outcome }))
    return {
      statement: providers.length === 0 ? statement('no-provider') : statement('sync-done', { providers }),
      result: {
        providers: results.map(({ provider, outcome, message, durationMs }) => ({
          provider,
          outcome,
          message,
          durationMs,
        })),
        deadTargets: deadTargets.map(({ model }) => model),
      },
    }
  },
})
