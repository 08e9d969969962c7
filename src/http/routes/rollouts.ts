/** Rollouts and the ranking behind automatic choices, for administrators. */
import type { FastifyInstance } from 'fastify'
import type { RolloutPoint } from '../../models/rollout/series.ts'
import type { ShownRollout } from '../../models/rollout/rollouts.ts'
import type { ArmSums } from '../../models/rollout/arm.ts'
import type { RolloutDecision, StoredRollout } from '../../models/rollout/rollouts.store.ts'
import { callerOf } from '../access.ts'
import {
  createRollout,
  getRollout,
  getSelection,
  listRollouts,
  steerRollout,
  type RolloutView,
} from '../contract/rollouts.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'
import { toStatement } from '../statement-view.ts'

const toArm = ({ requests, failures, costMicrocents }: ArmSums) => ({ requests, failures, costMicrocents })

const toView = (one: ShownRollout): RolloutView => ({
  id: one.id,
  name: one.name,
  control: one.control,
  candidate: one.candidate,
  status: one.status,
  stage: one.stage,
  percent: one.percent,
  plan: { ...one.plan, stages: [...one.plan.stages] },
  reason: one.reason,
  statement: toStatement(one.statement),
  arms: { control: toArm(one.arms.control), candidate: toArm(one.arms.candidate) },
  comparisons: [...one.comparisons],
  stageStartedAt: one.stageStartedAt.toISOString(),
  createdAt: one.createdAt.toISOString(),
  createdBy: one.createdBy,
  endedAt: one.endedAt?.toISOString() ?? null,
})

const toPoint = ({ at, ...point }: RolloutPoint) => ({ ...point, at: at.toISOString() })
const toDecision = ({ at, comparisons, statement, ...decision }: RolloutDecision) => ({
  ...decision,
  statement: toStatement(statement),
  at: at.toISOString(),
  comparisons: [...comparisons],
})

/** What the log keeps of where a rollout stood. */
const told = ({ status, stage, percent }: StoredRollout) => ({ status, stage, percent })

export const registerRollouts = (
  app: FastifyInstance,
  { accounts, steering: { rollouts, selection } }: Pick<HttpDependencies, 'accounts' | 'steering'>,
): void => {
  registerRoute(app, listRollouts, async ({ query }) => ({ items: (await rollouts.list(query)).map(toView) }))
  registerRoute(app, getRollout, async ({ params }) => {
    const { series, bucket, decisions, ...rollout } = await rollouts.find(params.id)
    return {
      ...toView(rollout),
      bucket,
      series: { control: series.control.map(toPoint), candidate: series.candidate.map(toPoint) },
      decisions: decisions.map(toDecision),
    }
  })
  registerRoute(app, createRollout, async ({ user, body, request }) => {
    const rollout = await rollouts.create(body, user.email)
    const { control, candidate, plan } = rollout
    const act = { action: 'rollout-started', subject: rollout.id, after: { control, candidate, plan } }
    await accounts.record(user, act, callerOf(request))
    return toView(rollout)
  })
  registerRoute(app, steerRollout, async ({ user, params, body: { action, reason }, request }) => {
    const { before, after } = await rollouts.steer(params.id, { action, by: user.email, reason })
    const sides = { before: told(before), after: told(after) }
    const details = { action, reason, control: after.control, candidate: after.candidate }
    await accounts.record(user, { action: 'rollout-steered', subject: after.id, ...sides, details }, callerOf(request))
    return toView(after)
  })
  registerRoute(app, getSelection, ({ query }) => selection(query))
}
