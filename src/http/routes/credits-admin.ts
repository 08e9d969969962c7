/** Everybody's credits for administrators; each change is written to the audit log. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Act } from '../../accounts/audit.store.ts'
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

type Recorder = (user: User, act: Act, request: FastifyRequest) => Promise<void>

const registerAccounts = (app: FastifyInstance, deps: HttpDependencies, record: Recorder): void => {
  const { credits } = deps
  registerRoute(app, listCreditAccounts, ({ query }) => credits.accounts(query))
  registerRoute(app, listCreditEntriesOf, async ({ params, query, reply }) => {
    const { id } = await credits.requireUser(params.userId)
    return sendEntries(deps, { userId: id, titles: false }, query, reply)
  })
  registerRoute(app, getCreditSpendOfAll, ({ query: { userId, ...dates } }) =>
    credits.spend({ userId, ...toDates(dates) }),
  )
  registerRoute(app, grantCredits, async ({ user, params, body, request }) => {
    const { id, email } = await credits.requireUser(params.userId)
    const { balance } = await credits.balance(id)
    const after = await credits.grant(id, { ...body, madeBy: user.id })
    const sides = { before: { balance }, after: { balance: after.balance } }
    const details = { credits: body.credits, reason: body.reason }
    await record(user, { action: 'credits-granted', subject: email, ...sides, details }, request)
    return after
  })
  registerRoute(app, setCreditBudget, async ({ user, params, body, request }) => {
    const { id, email } = await credits.requireUser(params.userId)
    const { month } = await credits.balance(id)
    const after = await credits.setMonthlyLimit(id, body.monthlyLimit)
    const sides = { before: { monthlyLimit: month.limit }, after: body }
    await record(user, { action: 'credit-budget-set', subject: email, ...sides }, request)
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
  const priceOf = async (place: Parameters<typeof subjectOf>[0]): Promise<object | null> => {
    const found = (await list()).items.find((one) => subjectOf(one) === subjectOf(place))
    return found === undefined ? null : { unit: found.unit, credits: found.credits }
  }
  registerRoute(app, setCreditPrice, async ({ user, body: { unit, credits: amount, ...place }, request }) => {
    const before = await priceOf(place)
    await credits.setPrice(place, { unit, credits: amount }, user.id)
    const act = { action: 'credit-price-set', subject: subjectOf(place), before, after: { unit, credits: amount } }
    await record(user, act, request)
    return list()
  })
  registerRoute(app, resetCreditPrice, async ({ user, body, request }) => {
    const before = await priceOf(body)
    await credits.resetPrice(body)
    const act = { action: 'credit-price-reset', subject: subjectOf(body), before, after: await priceOf(body) }
    await record(user, act, request)
    return list()
  })
}

export const registerCreditsAdmin = (app: FastifyInstance, deps: HttpDependencies): void => {
  const record: Recorder = (user, act, request) => deps.accounts.record(user, act, callerOf(request))
  registerAccounts(app, deps, record)
  registerPrices(app, deps, record)
}
