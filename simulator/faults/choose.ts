// Decides which faults strike a request: named in the model id, in a marker inside the prompt, or by a rule set through
// the control endpoint. The first matching rule wins; faults of id and prompt are added to it.
import type { ProviderName } from '../types.ts'
import { findFault } from './table.ts'
import type { Behaviour } from './types.ts'

export type FaultRule = {
  id: number
  provider?: ProviderName
  /** The model id as the caller writes it, without fault parts. */
  model?: string
  /** chat, models, embeddings, transcription, image, count … */
  operation?: string
  /** `name:argument:argument`. */
  fault: string
  /** Strikes so many times, then rests. */
  times?: number
  /** Lets so many requests pass first. */
  skip?: number
  /** 0 to 1. */
  probability?: number
  /** Milliseconds since 1970. */
  untilMs?: number
}

export type FaultRequest = { provider: ProviderName; model: string; operation: string; prompt: string }

const SEGMENT = /(?:^|\/)(?:fault:|sim-)(.+)$/u
const MARKER = /\[\[sim:([\w.:%-]+)\]\]/gu

/** Splits `gpt-4o+fault:stall:3+sim-echo` into the model and its fault parts; the model is "" when only faults are named. */
export const parseModelId = (id: string): { model: string; faults: string[] } => {
  const parts = id.split('+').map((part) => ({ part, fault: SEGMENT.exec(part)?.[1] }))
  return {
    model: parts.find(({ fault }) => fault === undefined)?.part ?? '',
    faults: parts.flatMap(({ fault }) => (fault === undefined ? [] : [fault])),
  }
}

const toBehaviour = (text: string): Behaviour => {
  const [name = '', ...args] = text.split(':')
  const isStatus = /^\d{3}$/.test(name)
  const fault = findFault(isStatus ? 'status' : name)
  if (!fault) throw new Error(`The simulator has no fault named "${name}".`)
  return { fault, args: isStatus ? [name] : args }
}

export type FaultChooser = {
  choose(request: FaultRequest): Behaviour[]
  add(rule: Omit<FaultRule, 'id'>): FaultRule
  remove(id: number): boolean
  rules(): FaultRule[]
  reset(): void
}

type Deps = { now: () => number; random: () => number }

export const createFaultChooser = ({ now, random }: Deps): FaultChooser => {
  let rules: (FaultRule & { seen: number; struck: number })[] = []
  let lastId = 0
  const attempts = new Map<string, number>()

  const strikes = (rule: (typeof rules)[number], request: FaultRequest): boolean => {
    if (rule.provider !== undefined && rule.provider !== request.provider) return false
    if (rule.model !== undefined && rule.model !== request.model) return false
    if (rule.operation !== undefined && rule.operation !== request.operation) return false
    if (rule.untilMs !== undefined && now() >= rule.untilMs) return false
    if (rule.times !== undefined && rule.struck >= rule.times) return false
    rule.seen += 1
    if (rule.seen <= (rule.skip ?? 0)) return false
    if (rule.probability !== undefined && random() >= rule.probability) return false
    rule.struck += 1
    return true
  }
  const unroll = (behaviour: Behaviour, request: FaultRequest, name: string): Behaviour[] => {
    const { sequence } = behaviour.fault
    if (!sequence) return [behaviour]
    const key = `${request.provider} ${request.model} ${name}`
    const attempt = attempts.get(key) ?? 0
    attempts.set(key, attempt + 1)
    const chosen = sequence(behaviour.args, attempt)
    return chosen === undefined ? [] : [toBehaviour(chosen)]
  }
  return {
    choose(request) {
      const { faults, model } = parseModelId(request.model)
      const rule = rules.find((entry) => strikes(entry, { ...request, model: model || request.model }))
      const marked = [...request.prompt.matchAll(MARKER)].map((match) => match[1] ?? '')
      const named = [...(rule ? [rule.fault] : []), ...faults, ...marked]
      return named.flatMap((text) => unroll(toBehaviour(text), request, text))
    },
    add(rule) {
      toBehaviour(rule.fault)
      lastId += 1
      const added = { ...rule, id: lastId, seen: 0, struck: 0 }
      rules.push(added)
      return added
    },
    remove(id) {
      const before = rules.length
      rules = rules.filter((rule) => rule.id !== id)
      return rules.length < before
    },
    rules: () => rules,
    reset() {
      rules = []
      attempts.clear()
    },
  }
}
