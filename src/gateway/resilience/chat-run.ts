/**
 * One chat from the first target to the last, told as a stream that never takes a word back and never ends without
 * saying how: the last part is always `finish` or `error`.
 *
 * Before the first content the next target takes over unseen. After it the next target is asked to go on, by policy.
 */
import { AppError, toAppError } from '../../errors.ts'
import type { Caller, CallContext, CallPart, CallResult } from '../call.ts'
import { resultParts } from '../result-parts.ts'
import type { CalibratedCounter } from '../tokens/counter.ts'
import { planBudget } from '../tokens/budget.ts'
import { rulesFor } from '../catalog/rules.ts'
import type { ChatAnswer, ChatRequest, InterruptionPolicy, ModelRow, Note, StreamPart, Usage } from '../types.ts'
import { abortReason, callOnce, openAttempt, type AttemptDeps, type OpenAttempt } from './attempt.ts'
import { checkNotEmpty, truncatedNote, wantsJson, type ParseOutput } from './chat-answer.ts'
import type { Conduct, Turn } from './conduct.ts'
import { mayRefusePrefill, takesPrefill, toContinuation } from './continuation.ts'
import { toFacts, toFailedFacts, withStory, type Story } from './facts.ts'
import { createJoiner, passThrough, type Joiner } from './joiner.ts'
import { pullParts } from './parts.ts'
import type { GatewayPolicy } from './policy.ts'
import { chatLimits } from './time-limits.ts'
import { createTold, tell, type Told } from './told.ts'
import { addUsage, estimatedUsage } from './usage.ts'
import { withoutFields } from './without-fields.ts'

export interface ChatRunDeps {
  readonly caller: Caller
  readonly conduct: Conduct
  readonly attempts: AttemptDeps
  readonly story: Story
  readonly policy: GatewayPolicy
  readonly counter: CalibratedCounter
  readonly interactive: boolean
  readonly interruption: InterruptionPolicy
  readonly parseOutput: ParseOutput
  readonly onUsage: (row: ModelRow, request: ChatRequest, usage: Usage) => void
  /** The caller sees parts as they come. Otherwise a broken answer is begun anew, as nobody has read it. */
  readonly live: boolean
}

/** What is sent in one turn. */
interface Sending {
  readonly turn: Turn
  readonly request: ChatRequest
  readonly joiner: Joiner
  readonly prefilled: boolean
  readonly notes: readonly Note[]
}

/** The output cap that fits this model, always said: a provider's own default may cut the text short. */
const withBudget = (
  deps: ChatRunDeps,
  row: ModelRow,
  request: ChatRequest,
): { request: ChatRequest; notes: readonly Note[] } => {
  const inputTokens = deps.counter.request(row, request)
  const budget = planBudget(row, inputTokens, request.maxOutputTokens, deps.policy.tokens)
  if (budget === null) {
    const contextLimit = row.contextLength ?? deps.policy.tokens.unknownContext
    throw new AppError('context-too-long', `About ${inputTokens} tokens do not fit the ${contextLimit} of ${row.key}`, {
      details: { provider: row.provider, model: row.key, contextLimit, given: inputTokens, estimated: true },
    })
  }
  const message = `${row.key} has room for ${budget.outputTokens} output tokens; ${request.maxOutputTokens} were asked for.`
  return {
    request: { ...request, maxOutputTokens: budget.outputTokens },
    notes: budget.lowered ? [{ kind: 'parameter-mapped', field: 'maxOutputTokens', message }] : [],
  }
}

const prepare = (
  deps: ChatRunDeps,
  turn: Turn,
  request: ChatRequest,
  told: Told,
  prefillRefused: ReadonlySet<ModelRow>,
): Sending => {
  const bare = withoutFields({ ...request, model: turn.row.key }, turn.without)
  if (told.text === '') return { turn, joiner: passThrough, prefilled: false, ...withBudget(deps, turn.row, bare) }
  const prefilled = takesPrefill(turn.row) && !prefillRefused.has(turn.row)
  const continuing = toContinuation(bare, told.text, prefilled)
  return { turn, joiner: createJoiner(told.text), prefilled, ...withBudget(deps, turn.row, continuing) }
}

const isStreamed = (deps: ChatRunDeps, { turn: { row, without }, request }: Sending): boolean => {
  if (!row.capabilities.includes('stream') || without.includes('stream')) return false
  if (rulesFor(row.provider, row.key, row.rules).refuses?.includes('stream')) return false
  return deps.live || (request.maxOutputTokens ?? Number.POSITIVE_INFINITY) > deps.policy.plainAnswerTokens
}

const isPrefillRefusal = (sending: Sending, error: AppError): boolean =>
  sending.prefilled && mayRefusePrefill(error.code, error.message)

async function* partsOf(
  deps: ChatRunDeps,
  sending: Sending,
  attempt: OpenAttempt,
  streamed: boolean,
): AsyncGenerator<CallPart> {
  const { target } = sending.turn.admission
  if (streamed) {
    yield* pullParts(attempt, (context: CallContext) => deps.caller.stream(target, sending.request, context))
    return
  }
  const result = await callOnce(attempt, (context) => deps.caller.chat(target, sending.request, context))
  yield* resultParts(result)
}

type Parsed = ReturnType<ParseOutput> | null

const answerOf = (
  deps: ChatRunDeps,
  request: ChatRequest,
  row: ModelRow,
  result: CallResult,
  told: Told,
  parsed: Parsed,
): ChatAnswer => {
  const text = told.text === '' ? result.text : told.text
  const usage = told.usage === null ? result.usage : addUsage(told.usage, result.usage)
  const notes: Note[] = [
    ...result.notes,
    ...(parsed?.notes ?? []),
    ...(result.finishReason === 'length' ? [truncatedNote(row, request)] : []),
    ...(usage.reported ? [] : [{ kind: 'usage-estimated' as const, message: 'The usage is partly our estimate.' }]),
  ]
  return {
    ...toFacts(deps.story, row, result.servedModel, notes),
    text,
    reasoning: told.reasoning === '' ? result.reasoning : told.reasoning,
    toolCalls: result.toolCalls,
    opaque: result.opaque,
    finishReason: result.finishReason,
    usage,
    json: parsed?.value,
  }
}

/** Tells the parts of one attempt; returns its result, or throws what went wrong. */
async function* tellAttempt(
  deps: ChatRunDeps,
  sending: Sending,
  attempt: OpenAttempt,
  told: Told,
  streamed: boolean,
): AsyncGenerator<StreamPart, CallResult> {
  const { turn, joiner } = sending
  let leadingBlanks = ''
  for await (const part of partsOf(deps, sending, attempt, streamed)) {
    if (part.type === 'end') {
      const rest = joiner.end()
      if (rest !== '') yield* tell(told, turn.row, { type: 'text-delta', text: rest })
      // After delivered text an empty rest is an answer: the text was whole but for its end signal.
      if (told.text === '') checkNotEmpty(part.result, turn.row)
      return part.result
    }
    if (part.type !== 'text-delta') {
      yield* tell(told, turn.row, part)
      continue
    }
    const text = leadingBlanks + joiner.push(part.text)
    // Blanks alone are no content yet: whoever sends nothing else can still be replaced unseen.
    leadingBlanks = told.text === '' && text.trim() === '' ? text : ''
    if (leadingBlanks === '' && text !== '') yield* tell(told, turn.row, { type: 'text-delta', text })
  }
  throw new AppError('stream-interrupted', 'The stream ended before the answer was whole')
}

const interruptedUsage = (
  deps: ChatRunDeps,
  sending: Sending,
  writtenBefore: number,
  told: Told,
): Usage | undefined => {
  const written = told.text.length - writtenBefore
  if (written <= 0) return undefined
  const { row } = sending.turn
  const outputTokens = deps.counter.text(row, told.text.slice(writtenBefore))
  return estimatedUsage(deps.counter.request(row, sending.request), outputTokens)
}

const errorPart = (deps: ChatRunDeps, error: AppError): StreamPart => ({
  type: 'error',
  error: withStory(error, deps.story),
  facts: toFailedFacts(deps.story),
})

/** May another target go on after this failure? */
const mayContinue = (deps: ChatRunDeps, told: Told, error: AppError): boolean => {
  if (error.code === 'cancelled') return false
  if (told.toolCalls) return false
  return told.text === '' || deps.interruption === 'continue'
}

/** Nobody has read it: the next target begins anew. */
const forget = (told: Told): void => {
  Object.assign(told, { text: '', reasoning: '', toolCalls: false, usage: null })
  told.pending.length = 0
  told.authors.length = 0
}

export async function* runChat(deps: ChatRunDeps, request: ChatRequest): AsyncGenerator<StreamPart> {
  const told = createTold()
  const prefillRefused = new Set<ModelRow>()
  for (;;) {
    let turn: Turn
    try {
      turn = await deps.conduct.next()
    } catch (thrown) {
      yield errorPart(deps, deps.attempts.signal.aborted ? abortReason(deps.attempts.signal) : toAppError(thrown))
      return
    }
    const failure = yield* takeTurn(deps, turn, request, told, prefillRefused)
    if (failure === null) return
    if (failure.prefillRefused) {
      prefillRefused.add(turn.row)
      deps.conduct.again(turn)
      continue
    }
    if (!deps.live) forget(told)
    if (!mayContinue(deps, told, failure.error)) {
      yield errorPart(deps, failure.error)
      return
    }
    try {
      deps.conduct.failed(turn, failure.error)
    } catch (final) {
      yield errorPart(deps, toAppError(final))
      return
    }
  }
}

interface Failure {
  readonly error: AppError
  readonly prefillRefused: boolean
}

/** One turn to its end: null when the answer was told, else how it failed. */
async function* takeTurn(
  deps: ChatRunDeps,
  turn: Turn,
  request: ChatRequest,
  told: Told,
  prefillRefused: ReadonlySet<ModelRow>,
): AsyncGenerator<StreamPart, Failure | null> {
  let sending: Sending
  try {
    sending = prepare(deps, turn, request, told, prefillRefused)
  } catch (thrown) {
    turn.admission.cancelled()
    return { error: toAppError(thrown), prefillRefused: false }
  }
  const streamed = isStreamed(deps, sending)
  const limits = chatLimits(deps.policy.limits, deps.interactive, turn.row, sending.request, streamed)
  const attempt = openAttempt(deps.attempts, turn, limits, streamed)
  const writtenBefore = told.text.length
  told.pending.length = 0
  told.pending.push(...sending.notes)
  try {
    if (writtenBefore > 0) yield* tell(told, turn.row, continuedNote(turn.row))
    const result = yield* tellAttempt(deps, sending, attempt, told, streamed)
    const answer = finish(deps, attempt, sending, result, told)
    yield { type: 'finish', answer }
    return null
  } catch (thrown) {
    const usage = interruptedUsage(deps, sending, writtenBefore, told)
    const error = attempt.failed(thrown, usage)
    if (usage !== undefined) told.usage = told.usage === null ? usage : addUsage(told.usage, usage)
    return { error, prefillRefused: isPrefillRefusal(sending, error) }
  } finally {
    // Reached without success or failure when the reader left the stream.
    attempt.cancelled()
  }
}

const continuedNote = (row: ModelRow): { type: 'note'; note: Note } => ({
  type: 'note',
  note: { kind: 'continued', message: `The answer broke off; ${row.provider}/${row.key} goes on.` },
})

/** The record of the attempt is written before the facts are told, so that it is among them. */
const finish = (
  deps: ChatRunDeps,
  attempt: OpenAttempt,
  sending: Sending,
  result: CallResult,
  told: Told,
): ChatAnswer => {
  const { row } = sending.turn
  const text = told.text === '' ? result.text : told.text
  const parsed =
    wantsJson(sending.request) && result.toolCalls.length === 0 ? deps.parseOutput(text, sending.request) : null
  attempt.succeeded(result.usage)
  if (result.usage.reported) deps.onUsage(row, sending.request, result.usage)
  const notes = [...sending.notes, ...result.notes]
  if (told.authors.length > 1) {
    const [first] = told.authors
    notes.push({ kind: 'continued', message: `${first?.key} broke off; ${row.provider}/${row.key} wrote the rest.` })
  }
  return answerOf(deps, sending.request, row, { ...result, notes }, told, parsed)
}
