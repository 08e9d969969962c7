/** The pages of the administration for the pictures, with what the demo has to show on each. */
import type { BrowserContext } from 'playwright-core'

const newest = async (context: BrowserContext, path: string): Promise<string> => {
  const { items } = (await (await context.request.get(path)).json()) as { items: { id: string }[] }
  if (items[0] === undefined) throw new Error(`The demo has nothing at ${path}`)
  return items[0].id
}

/** The model that is called most. */
const favourite = async (context: BrowserContext): Promise<string> => {
  const answer = await context.request.get('/api/v1/admin/usage/by/model?period=7d&limit=1')
  const { items } = (await answer.json()) as { items: { provider: string; model: string }[] }
  return encodeURIComponent(`${items[0]?.provider ?? ''}/${items[0]?.model ?? ''}`)
}

export const adminPages = async (context: BrowserContext): Promise<[string, string][]> => {
  const failed = await newest(context, '/api/v1/admin/errors?period=7d&code=provider-overloaded')
  return [
    ['admin-health', '/admin'],
    ['admin-models', '/admin/ai-models'],
    ['admin-model', `/admin/ai-models?model=${await favourite(context)}`],
    ['admin-rules', `/admin/ai-models?model=${await favourite(context)}`],
    ['admin-check', '/admin/ai-models'],
    ['admin-sync', '/admin/sync'],
    ['admin-errors', '/admin/errors'],
    ['admin-error', `/admin/errors?view=entries&error=${failed}`],
    ['admin-alerts', '/admin/alerts'],
    ['admin-alert-rules', '/admin/alerts/rules'],
    ['admin-channels', '/admin/alerts/channels'],
    ['admin-schedules', '/admin/schedules'],
    ['admin-reports', '/admin/reports'],
    ['admin-report', `/admin/reports/${await newest(context, '/api/v1/admin/reports')}`],
    ['admin-rollouts', '/admin/rollouts'],
    ['admin-rollout', `/admin/rollouts/${await newest(context, '/api/v1/admin/rollouts')}`],
    ['admin-chains', '/admin/chains'],
    ['admin-choices', '/admin/choices'],
    ['admin-selection', '/admin/choices?view=automatic'],
    ['admin-credits', '/admin/credits'],
    ['admin-audit', '/admin/audit'],
  ]
}
