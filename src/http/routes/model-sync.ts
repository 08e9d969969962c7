/** The catalog's sync for administrators: start, look, decide about held lists. */
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import type { HeldList } from '../../models/sync/held-lists.store.ts'
import type { ProbePlan } from '../../models/availability/probe-plan.ts'
import { callerOf } from '../access.ts'
import { actorOf } from '../actor.ts'
import { applyHeldModelList, dismissHeldModelList, listHeldModelLists } from '../contract/held-model-lists.ts'
import { getModelSync, listModelSyncs, startModelSync, stopModelSync } from '../contract/model-admin.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { MICROCENTS_PER_USD, toHeldView, toOutcomeView, toRunView } from '../model-views.ts'
import { registerRoute } from '../register-route.ts'

const toPlan = (asked: z.output<typeof startModelSync.body>['probe']): ProbePlan | boolean =>
  typeof asked === 'boolean'
    ? asked
    : { which: asked.which, most: asked.most, budgetMicrocents: Math.round(asked.budgetUsd * MICROCENTS_PER_USD) }

const registerRuns = (app: FastifyInstance, { accounts, modelAdmin, closing }: HttpDependencies): void => {
  registerRoute(app, startModelSync, async ({ user, body, request }) => {
    const { dryRun, providers } = body
    if (dryRun) return { runId: null, ...toOutcomeView(await modelAdmin.preview({ providers }, closing)) }
    const probe = toPlan(body.probe)
    const runId = await modelAdmin.startSync({ providers, probe }, actorOf(user))
    const details = { providers: providers ?? 'all', probe: body.probe }
    await accounts.record(user, { action: 'model-sync-started', subject: runId, details }, callerOf(request))
    return { runId, results: [], deadTargets: [] }
  })
  registerRoute(app, listModelSyncs, async ({ query }) => ({
    items: (await modelAdmin.runs(query.limit)).map(toRunView),
  }))
  registerRoute(app, stopModelSync, async ({ user, params, request }) => {
    const run = await modelAdmin.stop(params.id, actorOf(user))
    const act = { action: 'model-sync-stopped', subject: run.id, details: { trigger: run.trigger } }
    await accounts.record(user, act, callerOf(request))
    return toRunView(run)
  })
  registerRoute(app, getModelSync, async ({ params }) => toRunView(await modelAdmin.findRun(params.id)))
}

/** A list that is decided about was open before. */
const decided = ({ state }: HeldList) => ({ before: { state: 'open' }, after: { state } })

export const registerModelSync = (app: FastifyInstance, deps: HttpDependencies): void => {
  const { accounts, modelAdmin } = deps
  registerRuns(app, deps)

  registerRoute(app, listHeldModelLists, async ({ query }) => ({
    items: (await modelAdmin.held(query)).map(toHeldView),
  }))
  registerRoute(app, applyHeldModelList, async ({ user, params, request }) => {
    const held = await modelAdmin.applyHeld(params.id, actorOf(user))
    const details = { provider: held.provider, removed: held.diff.removed.map(({ key }) => key) }
    const act = { action: 'held-list-applied', subject: params.id, ...decided(held), details }
    await accounts.record(user, act, callerOf(request))
    return toHeldView(held)
  })
  registerRoute(app, dismissHeldModelList, async ({ user, params, request }) => {
    const held = await modelAdmin.dismissHeld(params.id, actorOf(user))
    const details = { provider: held.provider }
    const act = { action: 'held-list-dismissed', subject: params.id, ...decided(held), details }
    await accounts.record(user, act, callerOf(request))
    return toHeldView(held)
  })
}
