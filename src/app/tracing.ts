/**
 * Traces by OpenTelemetry: one span for each HTTP request and each job, and below it one for each call to a model, named
 * and described by the semantic conventions for generative AI. What people wrote is never in a span.
 *
 * Without a collector in the settings nothing here is loaded.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type * as OpenTelemetry from '@opentelemetry/api'
import type { Context, Span, SpanContext, Tracer } from '@opentelemetry/api'
import type { AttemptRecord, Meter } from '../gateway/index.ts'
import type { ObservedRequest } from '../http/observe.ts'
import { toAttemptAttributes, toAttemptName } from './tracing-attributes.ts'

export interface TracingSettings {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  /** Of requests and jobs, 0–1. A caller's own decision goes before. */
  readonly share: number
}

export interface Tracing {
  readonly meter: Meter
  /** Calls `next` within the request's span; the returned function ends it. */
  beginRequest(request: ObservedRequest, next: () => void): (status: number) => void
  /** Does a job within a span of its own. */
  aroundJob<Result>(name: string, jobId: string, work: () => Promise<Result>): Promise<Result>
  /** Sends what waits, for a few seconds at most. */
  close(): Promise<void>
}

const CLOSE_MS = 3_000

/** The caller's place in its own trace (W3C Trace Context); null for none or one that is not well formed. */
export const readTraceParent = (header: string | string[] | undefined): SpanContext | null => {
  const [, traceId = '', spanId = '', flags = ''] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(typeof header === 'string' ? header : '') ?? []
  if (traceId === '' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return null
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true }
}

interface Api {
  readonly api: Pick<typeof OpenTelemetry, 'ROOT_CONTEXT' | 'SpanKind' | 'SpanStatusCode' | 'trace'>
  readonly tracer: Tracer
  readonly active: AsyncLocalStorage<Context>
}

const recordAttempt = ({ api, tracer, active }: Api, record: AttemptRecord): void => {
  // What was not sent took no time and is no call.
  if (record.outcome === 'skipped') return
  const { startedAtMs, durationMs } = record
  const span = tracer.startSpan(
    toAttemptName(record),
    { kind: api.SpanKind.CLIENT, startTime: startedAtMs, attributes: toAttemptAttributes(record) },
    active.getStore() ?? api.ROOT_CONTEXT,
  )
  if (record.outcome === 'failed') span.setStatus({ code: api.SpanStatusCode.ERROR, message: record.errorCode ?? '' })
  span.end(startedAtMs + durationMs)
}

const endSpan = ({ api }: Api, span: Span, isFault: boolean): void => {
  if (isFault) span.setStatus({ code: api.SpanStatusCode.ERROR })
  span.end()
}

const openTracing = (deps: Api, shutDown: () => Promise<void>): Tracing => {
  const { api, tracer, active } = deps
  return {
    meter: { record: (record) => recordAttempt(deps, record) },
    beginRequest({ method, route, requestId, headers }, next) {
      const parent = readTraceParent(headers['traceparent'])
      const outer = parent === null ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, parent)
      const attributes = { 'http.request.method': method, 'http.route': route, 'mp4totext.request.id': requestId }
      const span = tracer.startSpan(`${method} ${route}`, { kind: api.SpanKind.SERVER, attributes }, outer)
      active.run(api.trace.setSpan(outer, span), next)
      return (status) => {
        span.setAttribute('http.response.status_code', status)
        endSpan(deps, span, status >= 500)
      }
    },
    async aroundJob(name, jobId, work) {
      const attributes = { 'messaging.operation.type': 'process', 'mp4totext.job.id': jobId }
      const span = tracer.startSpan(`job ${name}`, { kind: api.SpanKind.CONSUMER, attributes }, api.ROOT_CONTEXT)
      try {
        const result = await active.run(api.trace.setSpan(api.ROOT_CONTEXT, span), work)
        endSpan(deps, span, false)
        return result
      } catch (error) {
        endSpan(deps, span, true)
        throw error
      }
    },
    close: shutDown,
  }
}

/** Errors of the collector are its own: they are neither ours nor a reason to slow down. */
export const createTracing = async (settings: TracingSettings, version: string): Promise<Tracing> => {
  const [api, sdk, resources, exporter] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ])
  const { endpoint, headers, serviceName, share } = settings
  const sender = new exporter.OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers: { ...headers } })
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: sender })],
  })
  const deps = { api, tracer: provider.getTracer('mp4totext', version), active: new AsyncLocalStorage<Context>() }
  return openTracing(deps, async () => {
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)))
    await Promise.race([provider.shutdown().catch(() => {}), patience])
    clearTimeout(timer)
  })
}
