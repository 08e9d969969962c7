/**
 * What becomes of each parameter of a request at one model: sent, renamed, mapped, capped, left out or refused, and whose
 * rule that is. Nothing is told from the rules: requests are fitted and written by the functions that real ones go
 * through, and what they make of a parameter is compared with the request without it.
 *
 * A rule's owner is found the same way: the request is written with no rules, then with the provider's, then with the
 * model's, then with what was learned; the last step that changed the outcome is the owner. Pure; calls nobody.
 */
import { toAppError } from '../../errors.ts'
import { rulesFor } from '../catalog/rules.ts'
import { withoutDropped } from '../dialects/apply-rules.ts'
import { ensureChat } from '../ensure-supported.ts'
import { fitChat, withTraits } from '../fit-chat.ts'
import type { EncodeContext, Provider, WireCall } from '../provider.ts'
import { takesStream, toBudgetNotes } from '../resilience/chat/chat-sending.ts'
import { planBudget, type BudgetPolicy } from '../tokens/budget.ts'
import type { Note } from '../types/attempts.ts'
import type { JsonObject, JsonValue } from '../types/json.ts'
import type { Capability, ModelRow } from '../types/models.ts'
import type { ChatRequest, EmbedRequest, ImageRequest, Operation, TranscribeRequest } from '../types/requests.ts'
import { baseRequests, PROBES, type Probe } from './probes.ts'
import { fateOf, ownerOf, plainSent, type Outcome, type ParameterFate, type RuleOwner } from './verdict.ts'
import { changedFields, isSame, plainBody, type SentField } from './wire-difference.ts'

export type { ParameterFate, RuleOwner } from './verdict.ts'

export interface ParameterRule {
  readonly operation: Operation
  readonly parameter: string
  readonly given: JsonValue
  /** What else has to be given for this to hold. */
  readonly beside: string | null
  readonly fate: ParameterFate
  readonly sent: readonly SentField[]
  readonly owner: RuleOwner
  /** What the caller is told. */
  readonly notes: readonly string[]
}

/** A field that is sent though nobody asked for it. */
export interface FixedField extends SentField {
  readonly operation: Operation
  readonly owner: RuleOwner
}

export interface RequestRules {
  /** Answers inside this process: nothing is sent. */
  readonly builtIn: boolean
  readonly parameters: readonly ParameterRule[]
  readonly fixed: readonly FixedField[]
}

export interface DescribeRequest {
  readonly provider: Provider
  /** Without what was learned. */
  readonly row: ModelRow
  readonly learnedRow: ModelRow
  readonly tokens: BudgetPolicy
}

interface Layer {
  readonly owner: RuleOwner
  readonly encoding: EncodeContext
  /** The model's own limits count. */
  readonly limited: boolean
}

const EVERYTHING: readonly Capability[] = ['stream', 'tools', 'schema', 'json', 'reasoning', 'vision', 'prefill']

const layersOf = ({ provider, row, learnedRow }: DescribeRequest): readonly Layer[] => {
  const { request: _traits, ...bare } = provider
  const able: ModelRow = { ...row, capabilities: [...new Set([...EVERYTHING, ...row.capabilities])], rules: {} }
  const layer = (owner: RuleOwner, from: Provider, model: ModelRow, rules = model.rules): Layer => ({
    owner,
    limited: owner === 'model' || owner === 'learned',
    encoding: { provider: from, model, policy: 'adapt', stream: false, rules: withTraits(rules, from) },
  })
  return [
    layer('format', bare, able),
    layer('provider', provider, able),
    layer('model', provider, row, rulesFor(row.provider, row.key, row.rules)),
    layer('learned', provider, learnedRow, rulesFor(row.provider, row.key, learnedRow.rules)),
  ]
}

interface Written {
  readonly body: JsonObject
  readonly notes: readonly Note[]
}

const INPUT_TOKENS = 100

const writeChat = (asked: ChatRequest, layer: Layer, tokens: BudgetPolicy, stream: boolean): Written => {
  const { encoding } = layer
  const { model, provider } = encoding
  ensureChat({ model, credential: null, baseUrl: '' }, asked)
  const budget = layer.limited ? planBudget(model, INPUT_TOKENS, asked.maxOutputTokens, tokens) : null
  const maxOutputTokens = budget?.outputTokens ?? asked.maxOutputTokens ?? tokens.defaultOutput
  const fitted = fitChat({ ...asked, maxOutputTokens }, encoding)
  const streamed = stream && takesStream({ ...model, rules: encoding.rules })
  const call = provider.chat?.encode(fitted.request, { ...encoding, stream: streamed })
  return {
    body: bodyOf(call, streamed),
    notes: [...toBudgetNotes(model, budget, asked), ...fitted.notes, ...(call?.notes ?? [])],
  }
}

/** Where a stream is asked for by the path alone, the path tells. */
const bodyOf = (call: WireCall | undefined, streamed: boolean): JsonObject => {
  const body = plainBody(call?.body ?? null)
  return streamed && call?.path.includes('stream') ? { ...body, path: call.path } : body
}

type PlainRequest = EmbedRequest | TranscribeRequest | ImageRequest

const writePlain = (operation: Exclude<Operation, 'chat'>, asked: PlainRequest, { encoding }: Layer): Written => {
  const { provider, model, rules, policy } = encoding
  const fitted = withoutDropped(asked, { provider: provider.id, model: model.key, rules, policy })
  const encode = provider[operation]?.encode as ((ask: PlainRequest, context: EncodeContext) => WireCall) | undefined
  return { body: plainBody(encode?.(fitted.request, encoding).body ?? null), notes: fitted.notes }
}

type Write = (fields: object, layer: Layer, stream?: boolean) => Written

const createWrite = (operation: Operation, { row, tokens }: DescribeRequest): Write => {
  const base = baseRequests(row.key)
  return (fields, layer, stream = false) =>
    operation === 'chat'
      ? writeChat({ ...base.chat, ...fields }, layer, tokens, stream)
      : writePlain(operation, { ...base[operation], ...fields }, layer)
}

const outcomeOf = (probe: Probe, layer: Layer, write: Write): Outcome => {
  try {
    const beside = probe.beside?.fields ?? {}
    const without = write({ ...beside, ...probe.instead }, layer)
    const given = write({ ...beside, ...probe.fields }, layer, probe.stream)
    const own = given.notes.filter((note) => !without.notes.some((known) => isSame(known, note)))
    return {
      refused: null,
      sent: changedFields(without.body, given.body, { deep: probe.structured !== true }),
      notes: own,
    }
  } catch (thrown) {
    return { refused: toAppError(thrown).message }
  }
}

const describeParameter = (operation: Operation, probe: Probe, layers: readonly Layer[], write: Write) => {
  const steps = layers.map((layer) => ({ owner: layer.owner, value: outcomeOf(probe, layer, write) }))
  const [plainest, outcome] = [steps[0]?.value, steps.at(-1)?.value]
  if (plainest === undefined || outcome === undefined) return []
  const rule: ParameterRule = {
    operation,
    parameter: probe.parameter,
    given: probe.given,
    beside: probe.beside?.name ?? null,
    fate: fateOf(probe, outcome, plainest),
    sent: plainSent(outcome),
    owner: ownerOf(steps),
    notes: outcome.refused === null ? outcome.notes.map(({ message }) => message) : [outcome.refused],
  }
  return [rule]
}

/** What the request itself holds, under whatever name. */
const OWN = new Set(['model', 'messages', 'contents', 'input', 'prompt', 'file', 'systemInstruction'])

const all = (body: JsonObject): SentField[] => changedFields({}, body, { deep: true })

const fixedFields = (operation: Operation, layers: readonly Layer[], write: Write): FixedField[] => {
  const bodies = layers.map((layer) => ({ owner: layer.owner, body: write({}, layer).body }))
  const sent = bodies.at(-1)?.body ?? {}
  return all(sent)
    .filter(({ name }) => !OWN.has(name.split('.')[0] ?? name))
    .map((field) => {
      const valueIn = (body: JsonObject): JsonValue => all(body).find(({ name }) => name === field.name)?.value ?? null
      const steps = bodies.map(({ owner, body }) => ({ owner, value: valueIn(body) }))
      return { ...field, operation, owner: ownerOf(steps) }
    })
}

/** What holds beside another parameter is told only where it differs from what holds without it. */
const withoutRepeats = (rules: readonly ParameterRule[]): ParameterRule[] =>
  rules.filter(
    (rule) =>
      rule.beside === null || !rules.some((other) => other.beside === null && isSame(other, { ...rule, beside: null })),
  )

/** A model of another work than its provider speaks has nothing to tell. */
const speaks = (provider: Provider, operation: Operation): boolean => provider[operation] !== undefined

export const describeRequest = (asked: DescribeRequest): RequestRules => {
  const { provider, row } = asked
  if (provider.builtIn !== undefined) return { builtIn: true, parameters: [], fixed: [] }
  const layers = layersOf(asked)
  const operations = row.operations.filter((operation) => speaks(provider, operation))
  return {
    builtIn: false,
    parameters: operations.flatMap((operation) => {
      const write = createWrite(operation, asked)
      return withoutRepeats(PROBES[operation].flatMap((probe) => describeParameter(operation, probe, layers, write)))
    }),
    fixed: operations.flatMap((operation) => fixedFields(operation, layers, createWrite(operation, asked))),
  }
}
