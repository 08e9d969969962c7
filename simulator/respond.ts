// From a request to a reply: key, faults, route, rules, rate limits. The bytes are sent elsewhere (deliver.ts).
import type { ErrorInfo, ErrorTable, Frame, Reply } from './types.ts'
import { WireFailure } from './types.ts'
import { compatibleErrors } from './errors/local.ts'
import { json } from './exchange.ts'
import type { Exchange, Route } from './exchange.ts'
import type { Behaviour, Delivery, ReplyContext } from './faults/types.ts'
import { ERROR_TABLES, nearestKind } from './faults/table.ts'
import { mask } from './state/log.ts'
import type { ProviderDefinition } from './providers/types.ts'

const tableFor = (provider: ProviderDefinition, path: string): ErrorTable =>
  provider.errorTableFor?.(path) === 'compatible' ? compatibleErrors : ERROR_TABLES[provider.name]

const kindOfStatus = (table: ErrorTable, status: number): string | undefined => {
  // The most telling kind of a status comes first, whatever the order of the table.
  const first = ['invalid-request', 'bad-key', 'unknown-model', 'rate-limit', 'server-error', 'overloaded', 'timeout']
  return [...first, ...Object.keys(table)].find((kind) => table[kind]?.status === status)
}

export type ErrorMaker = {
  reply: (kind: string, info?: Partial<ErrorInfo>) => Reply
  frames: (kind: string, info?: Partial<ErrorInfo>) => Frame[]
}

/** Errors in the words of one provider, for one request. */
const createErrorMaker = (provider: ProviderDefinition, path: string, model: string, now: number): ErrorMaker => {
  const table = tableFor(provider, path)
  const build = (
    kind: string,
    info: Partial<ErrorInfo>,
  ): { status: number; body: unknown; headers: Record<string, string> } => {
    const asked = /^status-(\d{3})$/.exec(kind)?.[1]
    const name = asked === undefined ? nearestKind(table, kind) : kindOfStatus(table, Number(asked))
    const full: ErrorInfo = { model, now, path, ...info }
    const spec = name === undefined ? undefined : table[name]
    if (spec) return { status: spec.status, body: spec.body(full), headers: spec.headers?.(full) ?? {} }
    if (asked === undefined) {
      return {
        status: 501,
        body: { error: { message: `The simulator knows no "${kind}" at ${provider.name}.` } },
        headers: {},
      }
    }
    const usual = table['server-error']
    return { status: Number(asked), body: usual?.body(full) ?? {}, headers: {} }
  }
  const wrap = (body: unknown) => (provider.errorTableFor?.(path) === 'gemini-array' ? [body] : body)
  return {
    reply: (kind, info = {}) => {
      const { status, body, headers } = build(kind, info)
      return json(status, wrap(body), { ...provider.headers(), ...headers })
    },
    frames: (kind, info = {}) => {
      const { status, body } = build(kind, info)
      return provider.errorFrames(wrap(body), status, path)
    },
  }
}

export const findRoute = (
  provider: ProviderDefinition,
  method: string,
  path: string,
): { route: Route; match: Record<string, string> } | undefined => {
  for (const route of provider.routes) {
    const found = route.method === method ? route.pattern.exec(path) : null
    if (found) return { route, match: { ...found.groups } }
  }
  return undefined
}

type KeyCheck = { validKeys: string[] | undefined }

const checkKey = (
  provider: ProviderDefinition,
  exchange: Exchange,
  errors: ErrorMaker,
  { validKeys }: KeyCheck,
): Reply | undefined => {
  if (!provider.needsKey) return undefined
  const key = exchange.credential
  const refused =
    key === '' ? 'missing-key' : /^(bad|invalid|wrong|revoked)/i.test(key) || validKeys?.includes(key) === false
  if (refused === false) return undefined
  const onList = provider.name === 'together' && exchange.path.endsWith('/models')
  return errors.reply(
    refused === true ? (onList ? 'bad-key-models' : 'bad-key') : onList ? 'bad-key-models' : refused,
    { key: mask(key) },
  )
}

export type Response = { reply: Reply; delivery: Delivery }

type Deps = {
  provider: ProviderDefinition
  route: Route | undefined
  exchange: Exchange
  model: string
  now: number
} & KeyCheck

/** The reply and how to send it. Faults named by the request come before everything, as an outage does. */
export const respond = ({ provider, route, exchange, model, now, validKeys }: Deps): Response => {
  const errors = createErrorMaker(provider, exchange.path, model, now)
  const { behaviours } = exchange
  const delivery = Object.assign({}, ...behaviours.map(({ fault, args }) => fault.delivery?.(args) ?? {})) as Delivery
  const contextOf = (args: string[]): ReplyContext => ({
    provider: provider.name,
    model,
    args,
    now,
    errorReply: errors.reply,
    errorFrames: errors.frames,
  })
  const replacing = behaviours.find(({ fault }) => fault.reply)
  if (replacing?.fault.reply) return { reply: replacing.fault.reply(contextOf(replacing.args)), delivery }
  const refused = checkKey(provider, exchange, errors, { validKeys })
  if (refused) return { reply: refused, delivery }
  if (!route) return { reply: errors.reply('unknown-path'), delivery }
  const made = handle(route, exchange, errors)
  return { reply: reshape(made, behaviours, contextOf), delivery }
}

const handle = (route: Route, exchange: Exchange, errors: ErrorMaker): Reply => {
  try {
    return route.handle(exchange)
  } catch (failure) {
    if (failure instanceof WireFailure) return errors.reply(failure.kind, failure.info)
    throw failure
  }
}

const reshape = (reply: Reply, behaviours: Behaviour[], contextOf: (args: string[]) => ReplyContext): Reply =>
  behaviours.reduce((current, { fault, args }) => fault.frames?.(current, contextOf(args)) ?? current, reply)
