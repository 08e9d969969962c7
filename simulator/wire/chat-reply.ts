// Writes answers in OpenAI's chat format, for OpenAI itself and for servers that copy it (vLLM, Ollama's /v1, Gemini's).
import type { Answer, Ask, Frame, JsonObject, Reply } from '../types.ts'
import { eventStream, json } from '../exchange.ts'
import { makeId, toPieces } from '../tokens.ts'

export type ChatFlavour = {
  id: () => string
  callId: () => string
  /** Fields of every answer and chunk beside the common ones. */
  envelope: (ask: Ask) => JsonObject
  message: (answer: Answer) => JsonObject
  /** Name of the field that carries thinking; none at OpenAI. */
  reasoningField?: string
  usage: (answer: Answer) => JsonObject
  obfuscate: boolean
  /** A tool call arrives in one delta. */
  wholeCalls: boolean
  callIndexInStream: boolean
}

const FINISH: Record<Answer['finish'], string> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  refusal: 'content_filter',
}

/** OpenAI's own models refuse with a stop and a refusal text, not with content_filter. */
export const finishOf = (ask: Ask, answer: Answer): string =>
  ask.provider === 'openai' && answer.finish === 'refusal' ? 'stop' : FINISH[answer.finish]

export const sse = (kind: Frame['kind'], data: unknown, event?: string): Frame => ({
  kind,
  data: `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`,
})

/** JSON text of a tool call as a model streams it: a few characters at a time. */
export const toFragments = (argumentsText: string): string[] =>
  argumentsText.match(/\{"|"[:,]?|[^"{}]{1,6}|[{}]+/gu) ?? []

const seconds = (now: number) => Math.floor(now / 1000)

const callsOf = (answer: Answer, flavour: ChatFlavour) =>
  answer.toolCalls.map((call) => ({
    id: flavour.callId(),
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }))

export const writeChat = (ask: Ask, answer: Answer, flavour: ChatFlavour, now: number): Reply => {
  const refused = answer.finish === 'refusal'
  const body = {
    id: flavour.id(),
    object: 'chat.completion',
    created: seconds(now),
    model: ask.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: answer.toolCalls.length > 0 || (refused && ask.provider === 'openai') ? null : answer.text,
          ...(flavour.reasoningField && answer.reasoning ? { [flavour.reasoningField]: answer.reasoning } : {}),
          ...(answer.toolCalls.length > 0 ? { tool_calls: callsOf(answer, flavour) } : {}),
          ...flavour.message(answer),
        },
        finish_reason: finishOf(ask, answer),
      },
    ],
    usage: flavour.usage(answer),
    ...flavour.envelope(ask),
  }
  return json(200, body)
}

type Delta = { kind: Frame['kind']; delta: JsonObject; finish?: string }

const callDeltas = (answer: Answer, flavour: ChatFlavour): Delta[] =>
  callsOf(answer, flavour).flatMap((call, position): Delta[] => {
    const index = flavour.callIndexInStream ? { index: position } : {}
    if (flavour.wholeCalls) return [{ kind: 'tool', delta: { tool_calls: [{ ...index, ...call }] } }]
    const opening = { ...index, ...call, function: { name: call.function.name, arguments: '' } }
    return [
      { kind: 'tool', delta: { tool_calls: [opening] } },
      ...toFragments(call.function.arguments).map((fragment): Delta => ({
        kind: 'tool',
        delta: { tool_calls: [{ ...index, function: { arguments: fragment } }] },
      })),
    ]
  })

const deltasOf = (ask: Ask, answer: Answer, flavour: ChatFlavour): Delta[] => {
  const calls = callDeltas(answer, flavour)
  const [firstCall] = calls
  const refusedHere = answer.finish === 'refusal' && ask.provider === 'openai'
  const role = {
    role: 'assistant',
    content: firstCall ? null : '',
    ...(ask.provider === 'openai' ? { refusal: null } : {}),
  }
  const field = flavour.reasoningField
  return [
    // The first call rides on the opening delta, as recorded.
    { kind: firstCall ? 'tool' : 'start', delta: { ...role, ...firstCall?.delta } },
    ...(field
      ? toPieces(answer.reasoning).map((piece): Delta => ({ kind: 'reasoning', delta: { [field]: piece } }))
      : []),
    ...calls.slice(1),
    ...toPieces(answer.text).map((piece): Delta => ({
      kind: 'content',
      delta: refusedHere ? { refusal: piece } : { content: piece },
    })),
    { kind: 'finish', delta: {}, finish: finishOf(ask, answer) },
  ]
}

export const streamChat = (ask: Ask, answer: Answer, flavour: ChatFlavour, now: number): Reply => {
  const padding = (length: number) =>
    flavour.obfuscate && ask.extra['obfuscation'] !== false ? { obfuscation: makeId(length) } : {}
  const common = {
    id: flavour.id(),
    object: 'chat.completion.chunk',
    created: seconds(now),
    model: ask.model,
    ...flavour.envelope(ask),
  }
  const usageSlot = ask.includeUsage ? { usage: null } : {}
  const frames = deltasOf(ask, answer, flavour).map(({ kind, delta, finish }, index) =>
    sse(kind, {
      ...common,
      choices: [{ index: 0, delta, finish_reason: finish ?? null }],
      ...usageSlot,
      ...padding((index * 7) % 14),
    }),
  )
  const usage = ask.includeUsage
    ? [sse('usage', { ...common, choices: [], usage: flavour.usage(answer), ...padding(9) })]
    : []
  return eventStream([...frames, ...usage, sse('end', '[DONE]')])
}
