/** Calls to this server, typed by its contract. Knows no page; turns every failure into one ApiError. */
import type { z } from 'zod'
import { problemSchema, type Problem } from '../src/http/contract/problem.ts'
import type { RouteDefinition } from '../src/http/contract/route.ts'

export type ApiErrorCode = string

/** A failed call. `status` is 0 when no answer came; `problem` is null when the answer was not ours (a proxy's). */
export class ApiError extends Error {
  readonly code: ApiErrorCode
  readonly status: number
  readonly problem: Problem | null

  constructor(code: ApiErrorCode, status: number, message: string, problem: Problem | null = null) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.problem = problem
  }
}

/** What an answer that is not a success means; an answer without our problem body comes from something between. */
export const toApiError = (status: number, body: string): ApiError => {
  let parsed: unknown = null
  try {
    parsed = JSON.parse(body)
  } catch {
    // A proxy's HTML page, or nothing.
  }
  const problem = problemSchema.safeParse(parsed)
  if (problem.success) return new ApiError(problem.data.code, status, problem.data.detail, problem.data)
  if (status === 413) return new ApiError('proxy-too-large', status, `HTTP ${status}`)
  if (status === 502 || status === 503 || status === 504) {
    return new ApiError('server-unreachable', status, `HTTP ${status}`)
  }
  return new ApiError('unexpected-answer', status, `HTTP ${status}`)
}

type Listener = (error: ApiError) => void
const failureListeners = new Set<Listener>()

/** Told of every failed call; the session and the connection banner listen. */
export const onApiFailure = (listener: Listener): (() => void) => {
  failureListeners.add(listener)
  return () => failureListeners.delete(listener)
}

const failed = (error: ApiError): ApiError => {
  for (const listener of failureListeners) listener(error)
  return error
}

export interface RequestParts {
  method: string
  body?: unknown
  signal?: AbortSignal | undefined
}

/** One request; the parsed JSON body, or null where there is none. */
export const request = async (path: string, { method, body, signal }: RequestParts): Promise<unknown> => {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    throw failed(new ApiError('server-unreachable', 0, cause instanceof Error ? cause.message : String(cause)))
  }
  const text = await response.text()
  if (!response.ok) throw failed(toApiError(response.status, text))
  try {
    return text === '' ? null : (JSON.parse(text) as unknown)
  } catch {
    throw failed(new ApiError('unexpected-answer', response.status, 'not JSON'))
  }
}

type Fields = Record<string, string | number | boolean | undefined | null>

const fillPath = (path: string, params: Fields): string =>
  path.replaceAll(/:([a-zA-Z]+)/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')))

const toQuery = (query: Fields): string => {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

export interface CallInput<Params, Query, Body> {
  params?: Params
  query?: Query
  body?: Body
  signal?: AbortSignal
}

/** Calls a route of the contract. The server checks what it sends, so the answer is trusted to have the route's shape. */
export const call = async <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  route: RouteDefinition<P, Q, B, R>,
  input: CallInput<z.input<P>, z.input<Q>, z.input<B>> = {},
): Promise<z.output<R>> => {
  const path = fillPath(route.path, input.params ?? {}) + toQuery(input.query ?? {})
  const answer = await request(path, { method: route.method, body: input.body, signal: input.signal })
  return answer as z.output<R>
}
