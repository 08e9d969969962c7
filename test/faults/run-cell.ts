/** One cell of the table: a fault at a provider, asked through the real gateway over real HTTP. */
import type { LogEntry } from '../../simulator/state/log.ts'
import type { Simulator, SimulatorUrls } from '../../simulator/simulator-api.ts'
import { createCaller } from '../../src/gateway/caller.ts'
import {
  createCatalog,
  createGateway,
  DEFAULT_POLICY,
  type Gateway,
  type GatewayPolicy,
} from '../../src/gateway/index.ts'
import type { FinishReason, StreamPart } from '../../src/gateway/types/answers.ts'
import type { Attempt } from '../../src/gateway/types/attempts.ts'
import type { ChatRequest } from '../../src/gateway/types/requests.ts'
import type { Ending, FaultSpec } from './faults.ts'
import { allProviders, faultyRow, STAND_IN, standInRow, TARGETS, type FaultTarget } from './targets.ts'

export type Way = 'stream-alone' | 'stream-helped' | 'plain-helped'

export interface Cell {
  readonly fault: FaultSpec
  readonly target: FaultTarget
  readonly way: Way
  readonly ending: Ending | 'wrong-text' | 'hang'
  readonly provider: string
  readonly text: string
  readonly finishReason: FinishReason | null
  readonly attempts: readonly Attempt[]
  readonly notes: readonly string[]
  readonly durationMs: number
  /** What the simulator saw of this cell. */
  readonly seen: readonly LogEntry[]
}

/** As short as a loaded machine allows; the proportions are those of the defaults. */
export const LIMITS_MS = { headers: 3_000, firstToken: 3_000, gap: 2_500, total: 12_000, deadline: 20_000 }

const limits = {
  connectMs: LIMITS_MS.headers,
  headersMs: LIMITS_MS.headers,
  firstTokenMs: LIMITS_MS.firstToken,
  gapMs: LIMITS_MS.gap,
  totalMs: LIMITS_MS.total,
}

const policyFor = (way: Way, slow: boolean): GatewayPolicy => ({
  ...DEFAULT_POLICY,
  backoff: { baseMs: 20, longestMs: 100 },
  longestRetryAfterMs: 200,
  plainAnswerTokens: way === 'plain-helped' ? Number.POSITIVE_INFINITY : 0,
  limits: {
    ...DEFAULT_POLICY.limits,
    interactive: slow ? DEFAULT_POLICY.limits.interactive : limits,
    perThousandOutputTokensMs: 0,
    reasoningFactor: 1,
  },
})

const PROMPT = 'Tell a story about a lighthouse, its keeper and a ship in the fog.'

const request = (model: string): ChatRequest => ({
  model,
  messages: [{ role: 'user', content: PROMPT }],
  maxOutputTokens: 1_500,
  temperature: 1,
})

interface Heard {
  readonly last: StreamPart
  readonly text: string
}

const listen = async (parts: AsyncIterable<StreamPart>): Promise<Heard> => {
  let text = ''
  let last: StreamPart | undefined
  for await (const part of parts) {
    if (last?.type === 'finish' || last?.type === 'error') throw new Error('a part came after the last one')
    if (part.type === 'text-delta') text += part.text
    last = part
  }
  if (last === undefined) throw new Error('the stream was empty')
  return { last, text }
}

const askPlain = async (gateway: Gateway, asked: ChatRequest, fallbackModels: readonly string[]): Promise<Heard> => {
  try {
    const answer = await gateway.chat(asked, { fallbackModels })
    return { last: { type: 'finish', answer }, text: answer.text }
  } catch (error) {
    return { last: { type: 'error', error, facts: undefined } as unknown as StreamPart, text: '' }
  }
}

export interface Bench {
  readonly simulator: Simulator
  readonly urls: SimulatorUrls
  /** What every healthy model says to the prompt. */
  readonly reference: string
}

const caller = createCaller({ providers: allProviders, lingerMs: 300 })

const createCellGateway = (
  urls: SimulatorUrls,
  target: FaultTarget,
  spec: FaultSpec,
  way: Way,
  cellName: string,
): Gateway =>
  createGateway({
    caller,
    catalog: createCatalog([faultyRow(target, spec, cellName), standInRow(cellName)]),
    credentials: (provider) => ({
      baseUrl: provider === STAND_IN ? urls.compatible : spec.closedPort ? 'http://127.0.0.1:1' : target.baseUrl(urls),
      needsCredential: false,
      credentials: [{ id: `${provider}-key`, name: 'test key', provider, weight: 1, secret: () => 'sim-key-0001' }],
    }),
    policy: policyFor(way, spec.says !== undefined),
  })

const endingOf = (heard: Heard, reference: string, spec: FaultSpec): Cell['ending'] => {
  if (heard.last.type === 'error') return heard.last.error.code
  if (heard.last.type !== 'finish') return 'hang'
  const { answer } = heard.last
  if (answer.text !== heard.text) return 'wrong-text'
  if (answer.finishReason === 'length') return reference.startsWith(answer.text.trim()) ? 'cut' : 'wrong-text'
  if (spec.fault === 'refusal') return 'whole'
  if (answer.text.trim() === reference) return 'whole'
  // The broken event’s own piece is lost, and said to be.
  const skipped = answer.notes.some((note) => note.kind === 'malformed-event-skipped')
  return spec.fault === 'malformed-event' && skipped && answer.text.length > reference.length * 0.8
    ? 'whole'
    : 'wrong-text'
}

export const runCell = async (bench: Bench, spec: FaultSpec, target: FaultTarget, way: Way): Promise<Cell> => {
  const name = `${target.name}-${spec.fault.replaceAll(':', '-')}-${way}`
  const gateway = createCellGateway(bench.urls, target, spec, way, name)
  const row = faultyRow(target, spec, name)
  const fallbackModels = way === 'stream-alone' ? [] : [`${STAND_IN}/${standInRow(name).key}`]
  const asked = request(`${target.name}/${row.key}`)
  const from = Date.now()
  const options = { fallbackModels, deadlineMs: spec.says === undefined ? LIMITS_MS.deadline : 60_000 }
  const heard =
    way === 'plain-helped'
      ? await askPlain(gateway, asked, fallbackModels)
      : await listen(gateway.stream(asked, options))
  const durationMs = Date.now() - from
  const { last } = heard
  const facts = last.type === 'finish' ? last.answer : last.type === 'error' ? last.error.details : {}
  const attempts = ('attempts' in facts ? facts.attempts : []) as readonly Attempt[]
  return {
    fault: spec,
    target,
    way,
    ending: endingOf(heard, spec.says ?? bench.reference, spec),
    provider: last.type === 'finish' ? last.answer.provider : '',
    text: heard.text,
    finishReason: last.type === 'finish' ? last.answer.finishReason : null,
    attempts,
    notes: last.type === 'finish' ? last.answer.notes.map((note) => note.kind) : [],
    durationMs,
    seen: bench.simulator.log().filter((entry) => entry.model.endsWith(`cell-${name}`)),
  }
}

/** The words of a healthy model, read through the same path. */
export const readReference = async (urls: SimulatorUrls): Promise<string> => {
  const target = TARGETS.find((one) => one.name === 'compatible')
  if (target === undefined) throw new Error('no target to ask')
  const spec: FaultSpec = { fault: 'exact-continue', what: '', alone: ['whole'], helped: ['whole'] }
  const gateway = createCellGateway(urls, target, spec, 'stream-alone', 'reference')
  const answer = await gateway.chat(request(`compatible/${faultyRow(target, spec, 'reference').key}`))
  return answer.text.trim()
}

/** All cells, some at a time: most of them wait. */
export const runCells = async (
  bench: Bench,
  cells: readonly { readonly spec: FaultSpec; readonly target: FaultTarget; readonly way: Way }[],
  atOnce: number,
): Promise<Cell[]> => {
  const waiting = [...cells]
  const done: Cell[] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      done.push(await runCell(bench, next.spec, next.target, next.way))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return done
}
