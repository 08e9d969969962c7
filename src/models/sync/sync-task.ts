/** The daily comparison of the catalog with the providers' lists, as the timetable's task. */
import type { ScheduledTask } from '../schedules/task.ts'
import type { ModelSync } from './model-sync.ts'

export const createSyncTask = (sync: Pick<ModelSync, 'run'>): ScheduledTask => ({
  name: 'models.sync',
  description: 'Compares the catalog with the models that providers list',
  cron: '0 3 * * *',
  async run({ runId, trigger, startedBy, signal }) {
    const { results, deadTargets } = await sync.run({ id: runId, trigger, startedBy }, signal)
    const told = results
      .filter(({ outcome }) => outcome !== 'skipped')
      .map(({ provider, outcome }) => `${provider} ${outcome}`)
    return {
      summary: told.length === 0 ? 'No provider could be asked' : told.join(', '),
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
