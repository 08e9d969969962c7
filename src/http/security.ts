/** Headers and limits that guard every answer. Nothing here or in the page names a host other than our own. */
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'
import { transcriptionIdHeader } from './contract/uploads.ts'
import type { HttpSettings } from './settings.ts'

/** Component libraries write styles into elements, hence inline styles; inline scripts never. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    mediaSrc: ["'self'", 'blob:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    workerSrc: ["'self'", 'blob:'],
    manifestSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
}

/** What a script at a remote page or a resumable client may read. */
const EXPOSED_HEADERS = [
  'location',
  'upload-offset',
  'upload-length',
  'upload-metadata',
  'upload-expires',
  'tus-resumable',
  'tus-version',
  'tus-extension',
  'tus-max-size',
  'retry-after',
  'x-request-id',
  transcriptionIdHeader,
]

export const registerSecurity = async (app: FastifyInstance, settings: HttpSettings): Promise<void> => {
  const https = settings.publicUrl.startsWith('https:')
  await app.register(helmet, {
    contentSecurityPolicy,
    crossOriginEmbedderPolicy: false,
    // Over plain http browsers ignore these two and say so in the console.
    crossOriginOpenerPolicy: https ? { policy: 'same-origin' } : false,
    originAgentCluster: https,
    hsts: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  })
  await app.register(cors, {
    origin: settings.allowedOrigins.length === 0 ? false : [...settings.allowedOrigins],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
    // A resumable client asks OPTIONS without being a browser's preflight.
    strictPreflight: false,
  })
  await registerRateLimit(app, settings.requestsPerMinute)
}

/** By address before anything is read, and by user once it is known, so that an office behind one address is not one user. */
const registerRateLimit = async (app: FastifyInstance, requestsPerMinute: number): Promise<void> => {
  await app.register(rateLimit, { global: false, cache: 20_000 })
  const countAddress = app.createRateLimit({ max: requestsPerMinute * 5, timeWindow: 60_000 })
  const countUser = app.createRateLimit({
    max: requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => `user:${request.identity?.user.id ?? ''}`,
  })
  app.addHook('onRequest', async (request) => {
    if (!request.url.startsWith('/api/')) return
    const count = await countAddress(request)
    if (count.isAllowed || !count.isExceeded) return
    throw new AppError('too-many-requests', 'This address sent too many requests', { retryAfterMs: count.ttl })
  })
  app.addHook('preValidation', async (request) => {
    if (request.identity === null) return
    const count = await countUser(request)
    if (count.isAllowed || !count.isExceeded) return
    throw new AppError('too-many-requests', 'You sent too many requests', { retryAfterMs: count.ttl })
  })
}
