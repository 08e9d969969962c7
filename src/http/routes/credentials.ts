/** Keys for providers and learned rules, for administrators; each change is written to the audit log, no secret is. */
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../errors.ts'
import type { CredentialView as StoredView } from '../../models/credentials/credential-view.ts'
import { callerOf } from '../access.ts'
import {
  createCredential,
  deleteCredential,
  deleteLearnedRule,
  listCredentials,
  listLearnedRules,
  testCredential,
  updateCredential,
  type CredentialView,
} from '../contract/credentials.ts'
import type { HttpDependencies, ProviderAdmin } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

const toView = (view: StoredView, providers: ProviderAdmin): CredentialView => {
  const rest = providers.restOf(view.id)
  return {
    ...view,
    testedAt: view.testedAt?.toISOString() ?? null,
    restsUntil: rest === null ? null : new Date(rest.untilMs).toISOString(),
    restReason: rest?.message ?? null,
  }
}

const registerReading = (app: FastifyInstance, { accounts, providers }: HttpDependencies): void => {
  registerRoute(app, listCredentials, () => ({
    items: providers.list().map((view) => toView(view, providers)),
    providers: [...providers.providers],
  }))
  registerRoute(app, listLearnedRules, () => ({
    items: providers.learnedRules().map(({ provider, model, field, evidence, learnedAtMs }) => ({
      provider,
      model,
      field,
      evidence,
      learnedAt: new Date(learnedAtMs).toISOString(),
    })),
  }))
  registerRoute(app, testCredential, async ({ user, params, request }) => {
    const { error, ...test } = await providers.test(params.id)
    const { provider, name } = providers.list().find(({ id }) => id === params.id) ?? {}
    const details = { provider, name, ok: error === null, errorCode: error?.code ?? null }
    await accounts.record(user, { action: 'credential-tested', subject: params.id, details }, callerOf(request))
    const { title, advice } = error?.entry ?? { title: '', advice: '' }
    return { ...test, error: error === null ? null : { code: error.code, title, advice, message: error.message } }
  })
}

export const registerCredentials = (app: FastifyInstance, deps: HttpDependencies): void => {
  const { accounts, providers } = deps
  registerReading(app, deps)

  registerRoute(app, createCredential, async ({ user, body: { baseUrl, ...body }, request }) => {
    const view = await providers.save({ ...body, ...(baseUrl === undefined ? {} : { baseUrl }) })
    const details = { provider: view.provider, name: view.name, masked: view.masked, baseUrl: view.baseUrl }
    await accounts.record(user, { action: 'credential-saved', subject: view.id, after: details }, callerOf(request))
    return toView(view, providers)
  })

  registerRoute(app, updateCredential, async ({ user, params, body: { enabled, weight }, request }) => {
    const change = { ...(enabled === undefined ? {} : { enabled }), ...(weight === undefined ? {} : { weight }) }
    const before = providers.list().find((one) => one.id === params.id)
    const view = await providers.change(params.id, change)
    const [former, later] = [before, view].map((one) => one && { enabled: one.enabled, weight: one.weight })
    await accounts.record(
      user,
      {
        action: 'credential-changed',
        subject: params.id,
        before: former ?? null,
        after: later ?? null,
        details: { provider: view.provider, name: view.name },
      },
      callerOf(request),
    )
    return toView(view, providers)
  })

  registerRoute(app, deleteCredential, async ({ user, params, request }) => {
    const before = providers.list().find((one) => one.id === params.id)
    await providers.remove(params.id)
    const details = { provider: before?.provider, name: before?.name }
    await accounts.record(
      user,
      { action: 'credential-removed', subject: params.id, before: details },
      callerOf(request),
    )
    return {}
  })

  registerRoute(app, deleteLearnedRule, async ({ user, query, request }) => {
    const { provider, model, field } = query
    if (!(await providers.forgetRule(query)))
      throw new AppError('not-found', `Nothing was learned about ${field} of ${provider}/${model}`)
    const event = { action: 'rule-unlearned', subject: `${provider}/${model}`, before: { field } }
    await accounts.record(user, event, callerOf(request))
    return {}
  })
}
