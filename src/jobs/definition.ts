/** What a kind of job is: its name, the shape of its payload and how it is tried again. Knows no handler. */
import type { z } from 'zod'

export interface RetryPolicy {
  /** How often a failed job is tried again. */
  readonly limit: number
  /** Wait before the first retry, in seconds; doubled for each further one. */
  readonly delaySeconds: number
}

export interface JobDefinition<Payload extends object> {
  readonly name: string
  readonly payload: z.ZodType<Payload>
  readonly retry: RetryPolicy
  /** Jobs of this kind that one process runs at a time; left out, the worker's own number. */
  readonly concurrency: number | undefined
  /** While a job with the same key waits or runs, another one is not taken. */
  readonly singletonKey: ((payload: Payload) => string) | undefined
}

/** A job of any payload: what lists of jobs are made of. */
export interface AnyJob extends Omit<JobDefinition<never>, 'payload' | 'singletonKey'> {
  readonly payload: z.ZodType
  readonly singletonKey: ((payload: never) => string) | undefined
}

export interface DefineJobOptions<Payload extends object> {
  readonly name: string
  readonly payload: z.ZodType<Payload>
  readonly retry?: RetryPolicy
  readonly concurrency?: number
  readonly singletonKey?: (payload: Payload) => string
}

const NAME = /^[a-z][a-z0-9.-]{0,60}$/

/** A kind of job. Give the definition to `createQueue` and its handler, by `handleJob`, to `createWorker`. */
export const defineJob = <Payload extends object>(options: DefineJobOptions<Payload>): JobDefinition<Payload> => {
  if (!NAME.test(options.name)) throw new Error(`A job's name is lower case words with dots or dashes: ${options.name}`)
  return Object.freeze({
    name: options.name,
    payload: options.payload,
    retry: options.retry ?? { limit: 2, delaySeconds: 5 },
    concurrency: options.concurrency,
    singletonKey: options.singletonKey,
  })
}
