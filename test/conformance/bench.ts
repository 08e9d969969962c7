/** What the parts of the conformance suite share: targets of one declaration, and skips that say their reason. */
import { test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import type { CallContext, Caller, CallTarget } from '../../src/gateway/call.ts'
import type { ModelRow } from '../../src/gateway/types/models.ts'
import type { ChatRequest } from '../../src/gateway/types/requests.ts'
import type { LogEntry } from '../../simulator/state/log.ts'
import type { Running } from '../simulator/start-simulator.ts'
import type { Declaration, Feature } from './declarations.ts'
import { makeContext, makeRow, makeTarget } from './targets.ts'

export interface SuiteInput {
  readonly declaration: Declaration
  readonly running: Running
  readonly caller: () => Caller
}

export interface Bench extends SuiteInput {
  readonly target: (key: string, changes?: Partial<ModelRow>, secret?: string) => CallTarget
  readonly chatTarget: () => CallTarget
  /** The chat model with a fault of the simulator in its name. */
  readonly faulty: (fault: string) => CallTarget
  readonly context: (changes?: Partial<CallContext>) => CallContext
  /** What reached the simulator. */
  readonly calls: () => LogEntry[]
  /** A test that is skipped, with its reason in the title, where the declaration says so. */
  readonly feature: (name: Feature, title: string, work: () => Promise<void>) => void
}

export const createBench = (input: SuiteInput): Bench => {
  const { declaration, running } = input
  const target: Bench['target'] = (key, changes = {}, secret) =>
    makeTarget(makeRow(declaration.id, key, changes), running.urls[declaration.simulated], secret)
  return {
    ...input,
    target,
    chatTarget: () => target(declaration.chat),
    faulty: (fault) => target(`${declaration.chat}+fault:${fault}`),
    context: (changes = {}) => makeContext(changes),
    calls: () => running.simulator.log(),
    feature: (name, title, work) => {
      const reason = declaration.skips[name]
      if (reason === undefined) test(title, work)
      else test.skip(`${title} — not: ${reason}`, work)
    },
  }
}

export const ask = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'any',
  messages: [
    { role: 'system', content: 'You are brief.' },
    { role: 'user', content },
  ],
  maxOutputTokens: 600,
  ...more,
})

export const failure = async (work: Promise<unknown>): Promise<AppError> => {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(thrown instanceof AppError)) throw new Error(`expected an AppError, got ${String(thrown)}`)
  return thrown
}
