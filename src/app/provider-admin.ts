/** What administrators see and change of providers: keys with their rests, and the rules that were learned. */
import type { ProviderAdmin } from '../http/dependencies.ts'
import type { Clock } from '../lib/clock.ts'
import type { Ai } from './ai.ts'

export const createProviderAdmin = ({ credentials, gateway, models, providers }: Ai, clock: Clock): ProviderAdmin => ({
  list: credentials.list,
  save: credentials.save,
  change: credentials.change,
  remove: credentials.remove,
  test: credentials.test,
  providers: providers
    .filter((provider) => provider.baseUrl !== '')
    .map(({ id, displayName, needsKey }) => ({ id, displayName, needsKey })),
  restOf(credentialId) {
    const { rest } = gateway.insight.pool.state(credentialId)
    return rest === null || rest.untilMs <= clock.now() ? null : rest
  },
  learnedRules: () => gateway.insight.learned.list(),
  forgetRule: models.forgetRule,
})
