/** The catalog for administrators; each change is written to the audit log. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Act } from '../../accounts/audit.store.ts'
import type { User } from '../../accounts/user.ts'
import { callerOf } from '../access.ts'
import { actorOf } from '../actor.ts'
import {
  createCatalogModel,
  deleteCatalogModel,
  getCatalogModel,
  listCatalogModels,
  testCatalogModel,
  updateCatalogModel,
  updateCatalogModels,
  type CatalogModel,
} from '../contract/model-admin.ts'
import { getRequestRules } from '../contract/request-rules.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { MICROCENTS_PER_USD, toCatalogModel, toCatalogModels, toHistory, toUnread } from '../model-views.ts'
import { registerRoute } from '../register-route.ts'
import { registerModelSync } from './model-sync.ts'

/** What the log keeps: a change of one field is no reason to write down all of them. */
const only = (model: CatalogModel, fields: readonly string[]): object =>
  Object.fromEntries(Object.entries(model).filter(([field]) => fields.includes(field)))

const registerReading = (app: FastifyInstance, { modelAdmin, clock }: HttpDependencies): void => {
  registerRoute(app, listCatalogModels, async ({ query }) => {
    const { items, total } = await modelAdmin.page(query)
    const unread = new Map((await modelAdmin.unread()).map((one) => [one.provider, one]))
    return {
      items: toCatalogModels(items, clock.now()),
      total,
      providers: (await modelAdmin.counts()).map((one) => ({ ...one, unread: toUnread(unread.get(one.provider)) })),
    }
  })
  registerRoute(app, getCatalogModel, async ({ params }) => {
    const { row, history } = await modelAdmin.find(params)
    return { model: toCatalogModel(row, clock.now()), history: history.map(toHistory) }
  })
  registerRoute(app, getRequestRules, async ({ params }) => {
    const { builtIn, parameters, fixed } = await modelAdmin.requestRules(params)
    return {
      builtIn,
      parameters: parameters.map((rule) => ({ ...rule, sent: [...rule.sent], notes: [...rule.notes] })),
      fixed: [...fixed],
    }
  })
}

const registerTest = (app: FastifyInstance, { accounts, modelAdmin, closing }: HttpDependencies): void => {
  registerRoute(app, testCatalogModel, async ({ user, params, request }) => {
    const { error, costMicrocents, ...result } = await modelAdmin.test(params, actorOf(user), closing)
    const details = { ok: result.ok, errorCode: error?.code ?? null, durationMs: result.durationMs }
    const subject = `${params.provider}/${params.key}`
    await accounts.record(user, { action: 'model-tested', subject, details }, callerOf(request))
    const { title, advice } = error?.entry ?? { title: '', advice: '' }
    return {
      ...result,
      notes: [...result.notes],
      costUsd: costMicrocents === null ? null : costMicrocents / MICROCENTS_PER_USD,
      error: error === null ? null : { code: error.code, title, advice, message: error.message },
    }
  })
}

export const registerModelAdmin = (app: FastifyInstance, deps: HttpDependencies): void => {
  const { accounts, modelAdmin, clock } = deps
  const record = (user: User, act: Act, request: FastifyRequest) => accounts.record(user, act, callerOf(request))
  registerReading(app, deps)
  registerTest(app, deps)
  registerModelSync(app, deps)

  registerRoute(app, createCatalogModel, async ({ user, body, request }) => {
    const row = await modelAdmin.create(body, actorOf(user))
    await record(user, { action: 'model-added', subject: `${row.provider}/${row.key}`, after: body }, request)
    return toCatalogModel(row, clock.now())
  })
  registerRoute(app, updateCatalogModel, async ({ user, params, body, request }) => {
    const former = toCatalogModel((await modelAdmin.find(params)).row, clock.now())
    const row = await modelAdmin.change(params, body, actorOf(user))
    const model = toCatalogModel(row, clock.now())
    const fields = Object.keys(body)
    const act = {
      action: 'model-changed',
      subject: model.ref,
      before: only(former, fields),
      after: only(model, fields),
    }
    await record(user, act, request)
    return model
  })
  registerRoute(app, deleteCatalogModel, async ({ user, params, request }) => {
    const former = toCatalogModel((await modelAdmin.find(params)).row, clock.now())
    await modelAdmin.remove(params, actorOf(user))
    await record(user, { action: 'model-deleted', subject: former.ref, before: former }, request)
    return {}
  })
  registerRoute(app, updateCatalogModels, async ({ user, body: { models, change }, request }) => {
    const { changed, refused } = await modelAdmin.changeAll(models, change, actorOf(user))
    const sideOf = (side: 'before' | 'after') =>
      Object.fromEntries(
        changed.map((one) => [
          `${one[side].provider}/${one[side].key}`,
          only(toCatalogModel(one[side], clock.now()), Object.keys(change)),
        ]),
      )
    const act = {
      action: 'models-changed',
      subject: `${changed.length} models`,
      before: sideOf('before'),
      after: sideOf('after'),
      details: { models: changed.length, refused },
    }
    await record(user, act, request)
    return { changed: changed.length, refused: [...refused] }
  })
}
