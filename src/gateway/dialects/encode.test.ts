/** What is really written for each dialect, where the neutral form and the wire differ most. */
import { expect, test } from 'vitest'
import { rulesFor } from '../catalog/rules.ts'
import type { EncodeContext, Provider } from '../provider.ts'
import { anthropic } from '../providers/anthropic.ts'
import { gemini } from '../providers/gemini.ts'
import { groq } from '../providers/groq.ts'
import { openai } from '../providers/openai.ts'
import { together } from '../providers/together.ts'
import type { JsonObject } from '../types/json.ts'
import type { Message } from '../types/messages.ts'
import type { ModelRow } from '../types/models.ts'
import type { ChatRequest, ReasoningEffort } from '../types/requests.ts'
import { encodeAnthropic } from './anthropic-encode.ts'
import { encodeGemini } from './gemini-encode.ts'
import { encodeOpenAiChat } from './openai-chat-encode.ts'
import { closeSchema } from './schema-subset.ts'

const row = (provider: string, key: string): ModelRow => ({
  provider,
  key,
  displayName: key,
  operations: ['chat'],
  contextLength: null,
  maxOutputTokens: 64_000,
  inputModalities: ['text'],
  outputModalities: ['text'],
  capabilities: [],
  prices: null,
  creditMultiplier: 1,
  active: true,
  removalReason: null,
  aliases: [],
  rules: {},
})
const context = (provider: Provider, key: string, stream = false): EncodeContext => ({
  provider,
  model: row(provider.id, key),
  rules: rulesFor(provider.id, key),
  policy: 'adapt',
  stream,
})
const ask = (messages: readonly Message[], more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'any',
  messages,
  ...more,
})
const bodyOf = (call: { body: unknown }): JsonObject => call.body as JsonObject

const HISTORY: readonly Message[] = [
  { role: 'system', content: 'One.' },
  { role: 'user', content: 'Weather in Rome and Paris?' },
  { role: 'system', content: 'Two.' },
  {
    role: 'assistant',
    content: '',
    toolCalls: [
      { id: 'a', name: 'weather', arguments: '{"city":"Rome"}' },
      { id: 'b', name: 'weather', arguments: 'broken' },
    ],
  },
  { role: 'user', content: 'By the way, hurry.' },
  { role: 'tool', toolCallId: 'a', content: 'Sun' },
  { role: 'tool', toolCallId: 'b', content: 'no such city', isError: true },
]

test('Anthropic: system apart, roles merged, all results of a turn first', () => {
  const body = bodyOf(encodeAnthropic(ask(HISTORY, { maxOutputTokens: 100 }), context(anthropic, 'claude-haiku-4-5')))
  expect(body['system']).toBe('One.\n\nTwo.')
  expect(body['messages']).toEqual([
    { role: 'user', content: [{ type: 'text', text: 'Weather in Rome and Paris?' }] },
    {
      role: 'assistant',
      content: [
        { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Rome' } },
        { type: 'tool_use', id: 'b', name: 'weather', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: 'Sun' },
        { type: 'tool_result', tool_use_id: 'b', content: 'no such city', is_error: true },
        { type: 'text', text: 'By the way, hurry.' },
      ],
    },
  ])
})

test('Anthropic: a cap is always sent, and not the largest', () => {
  const capOf = (more: Partial<ChatRequest>) =>
    bodyOf(encodeAnthropic(ask(HISTORY, more), context(anthropic, 'claude-opus-5')))['max_tokens']
  expect(capOf({})).toBe(16_384)
  expect(capOf({ maxOutputTokens: 50 })).toBe(50)
})

test('Anthropic: thinking by budget leaves room for the answer and drops what it excludes', () => {
  const request = ask(HISTORY, {
    maxOutputTokens: 4000,
    temperature: 0.2,
    reasoning: { effort: 'high' },
    tools: [{ name: 'weather', parameters: {} }],
    toolChoice: 'required',
  })
  const body = bodyOf(encodeAnthropic(request, context(anthropic, 'claude-haiku-4-5')))
  expect(body['thinking']).toEqual({ type: 'enabled', budget_tokens: 2200 })
  expect(body).not.toHaveProperty('temperature')
  expect(body['tool_choice']).toEqual({ type: 'auto' })
  const small = bodyOf(encodeAnthropic({ ...request, maxOutputTokens: 500 }, context(anthropic, 'claude-haiku-4-5')))
  expect(small).not.toHaveProperty('thinking')
  expect(small).toMatchObject({ temperature: 0.2, tool_choice: { type: 'any' } })
})

test('Anthropic: what a thinking budget excludes is told, or refused where nothing may be changed', () => {
  const request = ask(HISTORY, {
    maxOutputTokens: 4000,
    temperature: 0.2,
    topK: 5,
    reasoning: { effort: 'high' },
    tools: [{ name: 'weather', parameters: {} }],
    toolChoice: { name: 'weather' },
  })
  const haiku = context(anthropic, 'claude-haiku-4-5')
  const told = (more: Partial<ChatRequest>) =>
    encodeAnthropic({ ...request, ...more }, haiku).notes.map(({ field, message }) => [field, message])
  expect(told({})).toEqual([
    ['temperature', 'anthropic/claude-haiku-4-5 does not take temperature while it thinks; it was left out.'],
    ['topK', 'anthropic/claude-haiku-4-5 does not take topK while it thinks; it was left out.'],
    ['toolChoice', 'anthropic/claude-haiku-4-5 cannot be forced to call a tool while it thinks; it was left free.'],
  ])
  expect(told({ maxOutputTokens: 500 })).toEqual([['reasoning', expect.stringContaining('500 tokens')]])
  expect(told({ reasoning: { effort: 'none' } })).toEqual([])
  expect(() => encodeAnthropic(request, { ...haiku, policy: 'refuse' })).toThrow(
    'anthropic/claude-haiku-4-5 does not take temperature while it thinks',
  )
})

test.each([2_400, 4_096, 8_192, 16_384, 64_000])('Anthropic: with a cap of %i more effort is more thought', (cap) => {
  const budgetOf = (effort: ReasoningEffort): number => {
    const request = ask(HISTORY, { maxOutputTokens: cap, reasoning: { effort } })
    const body = bodyOf(encodeAnthropic(request, context(anthropic, 'claude-haiku-4-5')))
    return Number((body['thinking'] as JsonObject)['budget_tokens'])
  }
  const budgets = (['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const).map(budgetOf)
  expect(budgets).toEqual(budgets.toSorted((a, b) => a - b))
  expect(Math.min(...budgets)).toBeGreaterThanOrEqual(1024)
  expect(Math.max(...budgets)).toBeLessThan(cap)
  // From high on each effort differs, also where the least budget is most of the cap.
  expect(new Set(budgets.slice(3)).size).toBe(3)
  if (cap >= 8_192) expect(new Set(budgets).size).toBe(6)
})

test('Anthropic: thinking as later models want it', () => {
  const body = bodyOf(
    encodeAnthropic(
      ask(HISTORY, { reasoning: { effort: 'low', includeText: true } }),
      context(anthropic, 'claude-opus-5'),
    ),
  )
  expect(body).toMatchObject({
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort: 'low' },
  })
})

test('Anthropic: a prefilled answer ends without blanks, the conversation begins with the user', () => {
  const body = bodyOf(
    encodeAnthropic(ask([{ role: 'assistant', content: 'Begun ' }]), context(anthropic, 'claude-haiku-4-5')),
  )
  expect(body['messages']).toEqual([
    { role: 'user', content: [{ type: 'text', text: '…' }] },
    { role: 'assistant', content: [{ type: 'text', text: 'Begun' }] },
  ])
})

test('Anthropic: thinking blocks stand where they stood, and first when the text was changed', () => {
  const block = { type: 'thinking', thinking: 'T', signature: 'S' }
  const layout = [{ text: 3 }, { block }, { text: 2 }, { tool: 'a' }]
  const message = (content: string): Message => ({
    role: 'assistant',
    content,
    toolCalls: [{ id: 'a', name: 'f', arguments: '{}' }],
    opaque: { provider: 'anthropic', data: { layout } },
  })
  const blocks = (content: string) =>
    (
      bodyOf(
        encodeAnthropic(
          ask([{ role: 'user', content: 'Q' }, message(content), { role: 'tool', toolCallId: 'a', content: 'R' }]),
          context(anthropic, 'claude-opus-5'),
        ),
      )['messages'] as JsonObject[]
    )[1]?.['content']
  const call = { type: 'tool_use', id: 'a', name: 'f', input: {} }
  expect(blocks('abcde')).toEqual([{ type: 'text', text: 'abc' }, block, { type: 'text', text: 'de' }, call])
  expect(blocks('other text')).toEqual([block, { type: 'text', text: 'other text' }, call])
})

test('Gemini: results by function name, arguments as objects, roles merged', () => {
  const call = encodeGemini(ask(HISTORY), context(gemini, 'gemini-2.5-flash', true))
  expect(call.path).toBe('/models/gemini-2.5-flash:streamGenerateContent?alt=sse')
  expect(bodyOf(call)).toEqual({
    systemInstruction: { parts: [{ text: 'One.\n\nTwo.' }] },
    contents: [
      { role: 'user', parts: [{ text: 'Weather in Rome and Paris?' }] },
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'weather', args: { city: 'Rome' } } },
          { functionCall: { name: 'weather', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { text: 'By the way, hurry.' },
          { functionResponse: { name: 'weather', response: { output: 'Sun' } } },
          { functionResponse: { name: 'weather', response: { error: 'no such city' } } },
        ],
      },
    ],
  })
})

test('Gemini: thinking by budget or by level, schema as JSON Schema, named tool', () => {
  const request = ask(HISTORY, {
    reasoning: { effort: 'low', includeText: true },
    responseFormat: { type: 'schema', name: 'x', schema: { type: 'object' } },
    maxOutputTokens: 9,
    stop: ['1', '2', '3', '4', '5'],
  })
  const config = (key: string) => bodyOf(encodeGemini(request, context(gemini, key)))['generationConfig']
  expect(config('gemini-2.5-flash')).toEqual({
    maxOutputTokens: 9,
    stopSequences: ['1', '2', '3', '4', '5'],
    responseMimeType: 'application/json',
    responseJsonSchema: { type: 'object' },
    thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 },
  })
  expect(config('gemini-3.5-flash')).toMatchObject({ thinkingConfig: { includeThoughts: true, thinkingLevel: 'low' } })
  const forced = ask(HISTORY, {
    tools: [{ name: 'weather', parameters: { type: 'object' } }],
    toolChoice: { name: 'weather' },
  })
  expect(bodyOf(encodeGemini(forced, context(gemini, 'gemini-2.5-flash')))['toolConfig']).toEqual({
    functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] },
  })
})

test('OpenAI: the cap by its newer name, the developer role, usage asked for in streams, nothing empty', () => {
  const body = bodyOf(
    encodeOpenAiChat(
      ask([HISTORY[0], HISTORY[1]] as Message[], {
        maxOutputTokens: 5,
        tools: [],
        stop: [],
        responseFormat: { type: 'text' },
      }),
      context(openai, 'gpt-5', true),
    ),
  )
  expect(body).toEqual({
    model: 'gpt-5',
    messages: [
      { role: 'developer', content: 'One.' },
      { role: 'user', content: 'Weather in Rome and Paris?' },
    ],
    max_completion_tokens: 5,
    stream: true,
    stream_options: { include_usage: true },
  })
})

test('Groq and Together: parts of text alone become a text; with an image they stay parts', () => {
  const text: Message = {
    role: 'user',
    content: [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ],
  }
  const image: Message = {
    role: 'user',
    content: [
      { type: 'text', text: 'a' },
      { type: 'image', source: { base64: 'AA', mediaType: 'image/png' }, detail: 'low' },
    ],
  }
  for (const provider of [groq, together]) {
    const body = bodyOf(encodeOpenAiChat(ask([text, image]), context(provider, 'm')))
    expect(body['messages']).toEqual([
      { role: 'user', content: 'a\nb' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } },
        ],
      },
    ])
  }
})

test('what a provider alone understands is passed to it alone, and wins', () => {
  const request = ask(HISTORY, { temperature: 0.5, providerOptions: { together: { min_p: 0.1, temperature: 0.9 } } })
  expect(bodyOf(encodeOpenAiChat(request, context(together, 'm')))).toMatchObject({ min_p: 0.1, temperature: 0.9 })
  expect(bodyOf(encodeOpenAiChat(request, context(openai, 'm')))).not.toHaveProperty('min_p')
})

test('pictures that a tool gave follow its text', () => {
  const messages: Message[] = [
    {
      role: 'tool',
      toolCallId: 'a',
      content: [
        { type: 'text', text: 'done' },
        { type: 'image', source: { url: 'https://x.org/a.png' } },
      ],
    },
  ]
  expect(bodyOf(encodeOpenAiChat(ask(messages), context(openai, 'm')))['messages']).toEqual([
    { role: 'tool', tool_call_id: 'a', content: 'done' },
    { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x.org/a.png' } }] },
  ])
})

test('every object of a schema is closed, the schema itself left as it was', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'array', items: { properties: { b: { type: 'string' } } } } },
  }
  const before = JSON.stringify(schema)
  expect(closeSchema(schema)).toEqual({
    type: 'object',
    additionalProperties: false,
    properties: {
      a: {
        type: 'array',
        items: { type: 'object', additionalProperties: false, properties: { b: { type: 'string' } } },
      },
    },
  })
  expect(JSON.stringify(schema)).toBe(before)
})
