/** Everybody's credits for administrators; each change is written to the audit log. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { User } from '../../accounts/user.ts'
import { callerOf } from '../access.ts'
import {
  getCreditSpendOfAll,
  grantCredits,
  listCreditAccounts,
  listCreditEntriesOf,
  listCreditPrices,
  resetCreditPrice,
  setCreditBudget,
  setCreditPrice,
} from '../contract/credits.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'
import { sendEntries, toDates } from './credits.ts'

const MICROCREDITS = 1_000_000

type Recorder = (user: User, action: string, subject: string, details: object, request: FastifyRequest) => Promise<void>

const registerAccounts = (app: FastifyInstance, deps: HttpDependencies, record: Recorder): void => {
  const { credits } = deps
  registerRoute(app, listCreditAccounts, ({ query }) => credits.accounts(query))
  registerRoute(app, listCreditEntriesOf, async ({ params, query, reply }) => {
    const { id } = await credits.requireUser(params.userId)
    return sendEntries(deps, id, query, reply)
  })
  registerRoute(app, getCreditSpendOfAll, ({ query: { userId, ...dates } }) =>
    credits.spend({ userId, ...toDates(dates) }),
  )
  registerRoute(app, grantCredits, async ({ user, params, body, request }) => {
    const { id, email } = await credits.requireUser(params.userId)
    const after = await credits.grant(id, { ...body, madeBy: user.id })
    await record(user, 'credits-granted', email, { credits: body.credits, reason: body.reason }, request)
    return after
  })
  registerRoute(app, setCreditBudget, async ({ user, params, body, request }) => {
    const { id, email } = await credits.requireUser(params.userId)
    const after = await credits.setMonthlyLimit(id, body.monthlyLimit)
    await record(user, 'credit-budget-set', email, body, request)
    return after
  })
}

const registerPrices = (app: FastifyInstance, { credits }: HttpDependencies, record: Recorder): void => {
  const list = async () => ({
    enabled: credits.enabled,
    newUserCredits: credits.newUserCredits,
    items: (await credits.prices()).map(({ amount, updatedAt, ...price }) => ({
      ...price,
      credits: amount / MICROCREDITS,
      updatedAt: updatedAt?.toISOString() ?? null,
    })),
  })
  const subjectOf = ({
    operation,
    provider,
    model,
  }: {
    operation: string
    provider: string | null
    model: string | null
  }) => [operation, provider, model].filter((part) => part !== null).join(' ')
  registerRoute(app, listCreditPrices, list)
  registerRoute(app, setCreditPrice, async ({ user, body: { unit, credits: amount, ...place }, request }) => {
    await credits.setPrice(place, { unit, credits: amount }, user.id)
    await record(user, 'credit-price-set', subjectOf(place), { unit, credits: amount }, request)
    return list()
  })
  registerRoute(app, resetCreditPrice, async ({ user, body, request }) => {
    await credits.resetPrice(body)
    await record(user, 'credit-price-reset', subjectOf(body), {}, request)
    return list()
  })
}

export const registerCreditsAdmin = (app: FastifyInstance, deps: HttpDependencies): void => {
  const record: Recorder = (user, action, subject, details, request) =>
    deps.accounts.record(user, { action, subject, details }, callerOf(request))
  registerAccounts(app, deps, record)
  registerPrices(app, deps, record)
}
