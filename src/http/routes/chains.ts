/** Fallback chains of the caller and of the house, the last resort, and why requests went where they went. */
import type { FastifyInstance } from 'fastify'
import type { Chain as StoredChain } from '../../models/chains/chains.ts'
import { callerOf } from '../access.ts'
import * as contract from '../contract/chains.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

const toView = (chain: StoredChain): contract.Chain => ({
  ...chain,
  operation: chain.operation as contract.ChainOperation,
})

const registerOwn = (app: FastifyInstance, { chains }: HttpDependencies): void => {
  registerRoute(app, contract.listChains, async ({ user }) => ({
    items: (await chains.list(user.id)).map(toView),
    global: (await chains.list(null)).map(toView),
    lastResort: chains.lastResort(),
  }))
  registerRoute(app, contract.saveChain, async ({ user, params, body }) =>
    toView(await chains.save(user.id, params.operation, body)),
  )
  registerRoute(app, contract.deleteChain, async ({ user, params }) => {
    await chains.remove(user.id, params.operation)
    return {}
  })
}

export const registerChains = (app: FastifyInstance, deps: HttpDependencies): void => {
  const { accounts, chains, decisions } = deps
  registerOwn(app, deps)
  /** What the log keeps of an order of models. */
  const told = ({ models }: { readonly models: readonly string[] }) => ({ models })
  const globalChain = async (operation: string) => {
    const found = (await chains.list(null)).find((chain) => chain.operation === operation)
    return found === undefined ? null : told(found)
  }
  registerRoute(app, contract.listGlobalChains, async () => ({
    items: (await chains.list(null)).map(toView),
    lastResort: chains.lastResort(),
  }))
  registerRoute(app, contract.saveGlobalChain, async ({ user, params, body, request }) => {
    const before = await globalChain(params.operation)
    const chain = toView(await chains.save(null, params.operation, body))
    const event = { action: 'chain-saved', subject: params.operation, before, after: told(chain) }
    await accounts.record(user, event, callerOf(request))
    return chain
  })
  registerRoute(app, contract.deleteGlobalChain, async ({ user, params, request }) => {
    const before = await globalChain(params.operation)
    await chains.remove(null, params.operation)
    await accounts.record(user, { action: 'chain-removed', subject: params.operation, before }, callerOf(request))
    return {}
  })
  registerRoute(app, contract.saveLastResort, async ({ user, body, request }) => {
    const before = told(chains.lastResort())
    const lastResort = await chains.setLastResort(body.models)
    const event = { action: 'last-resort-saved', subject: 'last resort', before, after: told(lastResort) }
    await accounts.record(user, event, callerOf(request))
    return lastResort
  })
  registerRoute(app, contract.deleteLastResort, async ({ user, request }) => {
    const before = told(chains.lastResort())
    const after = told(await chains.setLastResort(null))
    const event = { action: 'last-resort-removed', subject: 'last resort', before, after }
    await accounts.record(user, event, callerOf(request))
    return {}
  })
  registerRoute(app, contract.listDecisions, ({ query }) => decisions.list(query))
}
