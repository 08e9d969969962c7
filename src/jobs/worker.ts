/**
 * Takes jobs out of the queue and runs them, a fixed number at a time, in fair turns.
 *
 * A job is cancelled within moments wherever it runs, since the worker listens. A process that dies loses its jobs to the
 * others at once: at their next sweep, or at its own next start. A process that stops hands its jobs over.
 */
import { setMaxListeners } from 'node:events'
import { availableParallelism } from 'node:os'
import type { Kysely } from 'kysely'
import type { Database } from '../db/types.ts'
import { systemClock, type Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createClaimsStore } from './claims.store.ts'
import { createListener, type Listener } from './listener.ts'
import { HEARTBEAT_SECONDS, type Queue } from './queue.ts'
import { checkHandlers, type JobRegistration } from './registry.ts'
import { runJob, type RunningJob } from './running-job.ts'
import { createTurns } from './turns.ts'

export interface WorkerDeps {
  readonly queue: Queue
  readonly db: Kysely<Database>
  /** For the one connection that the worker keeps for itself. */
  readonly connectionString: string
  readonly handlers: readonly JobRegistration[]
  /** Jobs of one kind at a time, where the kind does not say. Default: the number of cores. */
  readonly concurrency?: number
  readonly logger: Logger
  readonly clock?: Clock
}

export interface Worker {
  /** Jobs that run in this process now. */
  readonly running: number
  /** Takes no more jobs, stops the handlers and puts their jobs back. Waits at most `graceMs` for the handlers. */
  stop(options?: { graceMs?: number }): Promise<void>
}

/** Notifications wake the worker; looking by itself serves delayed jobs and a lost notification. */
const POLL_MS = 1_000
const TOUCH_MS = (HEARTBEAT_SECONDS * 1_000) / 3
const SWEEP_MS = 5_000
const DEFAULT_GRACE_MS = 10_000

interface Wakeable {
  wake(): void
  wait(durationMs: number, signal: AbortSignal): Promise<void>
}

/** A sleep that `wake` ends early; a `wake` that comes while nobody sleeps ends the next one. */
const createWakeable = (clock: Clock): Wakeable => {
  let early = new AbortController()
  return {
    wake: () => early.abort(),
    async wait(durationMs, signal) {
      await clock.sleep(durationMs, AbortSignal.any([early.signal, signal])).catch(() => {})
      early = new AbortController()
    },
  }
}

interface Room {
  readonly deps: WorkerDeps & { readonly clock: Clock }
  readonly claims: ReturnType<typeof createClaimsStore>
  readonly listener: Listener
  readonly running: Map<string, RunningJob>
  readonly stopping: AbortSignal
}

/** Repeats `work` until the worker stops. A failure, such as a database that is away, is logged and does not end it. */
const repeat = async (
  { deps: { clock, logger }, stopping }: Room,
  everyMs: number,
  work: () => Promise<void>,
): Promise<void> => {
  while (!stopping.aborted) {
    await work().catch((error: unknown) => logger.warn({ error }, 'The worker could not reach the queue'))
    await clock.sleep(everyMs, stopping).catch(() => {})
  }
}

/** Runs jobs of one kind, side by side up to its limit. */
const serveKind = async (room: Room, registration: JobRegistration, wakeable: Wakeable): Promise<void> => {
  const { deps, claims, listener, running, stopping } = room
  const { name, concurrency = deps.concurrency ?? availableParallelism() } = registration.definition
  const turns = createTurns()
  let active = 0

  const startNext = async (): Promise<boolean> => {
    if (active >= concurrency || !listener.alive) return false
    const waiting = await claims.findWaitingOwners(name)
    const owner = turns.next(name, waiting)
    if (owner === undefined) return false
    const others = waiting.map((each) => each.owner).filter((each) => each !== owner)
    const job = await claims.claim(name, others, listener.workerKey)
    if (job === undefined) return waiting.length > 1
    const run = runJob({ queue: deps.queue, claims, logger: deps.logger }, registration, job)
    active += 1
    // The same job can come back to the worker that lost it.
    running.get(job.id)?.stop('lost')
    running.set(job.id, run)
    void run.done.then(() => {
      active -= 1
      if (running.get(job.id) === run) running.delete(job.id)
      wakeable.wake()
    })
    // Between the claim and here the process may have begun to leave.
    if (stopping.aborted) run.stop('hand-over')
    return true
  }

  while (!stopping.aborted) {
    const started = await startNext().catch((error: unknown) => {
      deps.logger.warn({ error, job: name }, 'The worker could not take a job')
      return false
    })
    if (!started) await wakeable.wait(POLL_MS, stopping)
  }
}

/** Says that our jobs live, and learns which of them are ours no more. */
const touch = async ({ deps: { queue }, running }: Room): Promise<void> => {
  for (const { name } of queue.jobs) {
    const own = [...running.values()].filter(({ job }) => job.name === name)
    if (own.length === 0) continue
    const attempts = own.map(({ job: { id, retryCount } }) => ({ id, retryCount }))
    const { settled } = (await queue.boss.touch(name, attempts)) as { settled?: string[] }
    if (settled === undefined) continue
    for (const run of own) if (!settled.includes(run.job.id)) run.stop('lost')
  }
}

/** Opens for work; returns when the jobs of dead processes are back in the queue. */
export const createWorker = async (options: WorkerDeps): Promise<Worker> => {
  const { queue, db, handlers, logger, clock = systemClock } = options
  checkHandlers(queue.jobs, handlers)
  const running = new Map<string, RunningJob>()
  const stop = new AbortController()
  // Each kind, timer and job listens for the end.
  setMaxListeners(0, stop.signal)
  const wakeables = new Map(handlers.map(({ definition }) => [definition.name, createWakeable(clock)]))
  const wakeAll = (): void => wakeables.forEach((wakeable) => wakeable.wake())

  const onMessage = (message: string): void => {
    const [kind, subject = ''] = message.split(/:(.*)/s)
    if (kind === 'cancel') running.get(subject)?.stop('cancelled')
    else if (kind === 'sent') wakeables.get(subject)?.wake()
    else wakeAll()
  }
  const listener = await createListener({
    connectionString: options.connectionString,
    channel: queue.channel,
    clock,
    logger,
    onMessage,
  })
  const claims = createClaimsStore(db, queue)
  const room: Room = { deps: { ...options, clock }, claims, listener, running, stopping: stop.signal }

  const sweep = async (): Promise<void> => {
    const recovered = await claims.recover()
    if (recovered.length === 0) return
    logger.warn({ jobIds: recovered }, 'Jobs of a process that ended without notice start again')
    wakeAll()
  }
  await sweep()

  const loops = Promise.all([
    ...handlers.map((registration) =>
      serveKind(room, registration, wakeables.get(registration.definition.name) ?? createWakeable(clock)),
    ),
    repeat(room, SWEEP_MS, sweep),
    repeat(room, TOUCH_MS, () => touch(room)),
  ])

  return {
    get running() {
      return running.size
    },
    async stop({ graceMs = DEFAULT_GRACE_MS } = {}) {
      stop.abort()
      await loops
      const left = [...running.values()]
      for (const run of left) run.stop('hand-over')
      await Promise.race([Promise.all(left.map(({ done }) => done)), clock.sleep(graceMs)])
      // Whoever did not end in time loses the lock with this connection, and so the job.
      await listener.close()
    },
  }
}
