/**
 * What a route is, said once: the server validates and documents by it, the web client is typed by it.
 * Knows no server and no browser.
 */
import { z } from 'zod'

type Shape = z.ZodType

export interface RouteDefinition<
  Params extends Shape = Shape,
  Query extends Shape = Shape,
  Body extends Shape = Shape,
  Response extends Shape = Shape,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Fastify form: `/api/v1/transcriptions/:id`. */
  readonly path: string
  /** Who may call it. `anyone` is for what a page needs before sign-in. */
  readonly access: 'anyone' | 'user' | 'admin'
  readonly summary: string
  readonly tag: string
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly response: Response
}

const nothing = z.object({})
type Nothing = typeof nothing

/** Declares a route; parts that are left out are empty objects. */
export const defineRoute = <
  Params extends Shape = Nothing,
  Query extends Shape = Nothing,
  Body extends Shape = Nothing,
  Response extends Shape = Nothing,
>(
  route: Pick<RouteDefinition, 'method' | 'path' | 'access' | 'summary' | 'tag'> & {
    params?: Params
    query?: Query
    body?: Body
    response?: Response
  },
): RouteDefinition<Params, Query, Body, Response> =>
  Object.freeze({
    ...route,
    params: route.params ?? (nothing as unknown as Params),
    query: route.query ?? (nothing as unknown as Query),
    body: route.body ?? (nothing as unknown as Body),
    response: route.response ?? (nothing as unknown as Response),
  })

export const identifier = z.uuid()
export const byId = z.object({ id: identifier })
export const timestamp = z.iso.datetime()
