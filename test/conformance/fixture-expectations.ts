/**
 * What each recorded answer means, written by hand from the recording. Long texts are taken from the raw recording by
 * path, never through the code under test.
 */
import type { CallResult } from '../../src/gateway/call.ts'
import { rawEvents, readRecording } from './fixture-files.ts'

export type Expected = Omit<CallResult, 'notes'>

const usage = (input: number, output: number, more: Partial<CallResult['usage']> = {}): CallResult['usage'] => ({
  inputTokens: input,
  outputTokens: output,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  reported: true,
  ...more,
})

const plain = (text: string, model: string, used: CallResult['usage'], more: Partial<Expected> = {}): Expected => ({
  text,
  reasoning: '',
  toolCalls: [],
  opaque: null,
  finishReason: 'stop',
  usage: used,
  servedModel: model,
  ...more,
})

const called = (
  id: string,
  args: string,
  model: string,
  used: CallResult['usage'],
  more: Partial<Expected> = {},
): Expected =>
  plain('', model, used, {
    toolCalls: [{ id, name: 'square_root', arguments: args }],
    finishReason: 'tool-calls',
    ...more,
  })

const message = (name: string) => readRecording(name).response.body.choices[0].message
const deltas = (name: string, field: string): string =>
  rawEvents(name)
    .flatMap((event) => event.choices ?? [])
    .map((choice) => choice.delta?.[field] ?? '')
    .join('')

const gptTerra = 'gpt-5.6-terra'
const opus = 'claude-opus-5'
const flash = 'gemini-3.5-flash'
const oss = 'openai/gpt-oss-120b'
const deepseek = 'deepseek-ai/DeepSeek-V4-Pro'
const llama = 'meta-llama/Llama-3.3-70B-Instruct-Turbo'

interface RecordedPart {
  readonly text: string
  readonly thought?: boolean
  readonly thoughtSignature: string
}
const geminiParts = (name: string): readonly [RecordedPart, RecordedPart] =>
  readRecording(name).response.body.candidates[0].content.parts as [RecordedPart, RecordedPart]
const thoughts = (name: string): string =>
  geminiParts(name)
    .filter((part) => part.thought)
    .map((part) => part.text)
    .join('')

const thinkingBlock = readRecording('anthropic/opus-5-text.http.json').response.body.content[0]
const streamedSignature = rawEvents('anthropic/stream-opus-5-text.sse.txt').find(
  (event) => event.delta?.type === 'signature_delta',
).delta.signature
const THOUGHT = 'The user wants me to respond with a single word greeting.'

const geminiCall = (
  name: string,
  id: string,
  used: CallResult['usage'],
  reasoning: string,
  signature: string,
): Expected =>
  plain('', flash, used, {
    reasoning,
    finishReason: 'tool-calls',
    toolCalls: [
      {
        id,
        name: 'square_root',
        arguments: '{"number":132413}',
        opaque: { provider: 'gemini', data: { signature, id } },
      },
    ],
  })

/** Fixture of a plain answer → provider, and what it means. */
export const PLAIN: Readonly<Record<string, Expected>> = {
  'openai/chat-gpt-5.6-text.http.json': plain('Hello', gptTerra, usage(14, 4)),
  'openai/chat-gpt-5.6-length-empty.http.json': plain('', gptTerra, usage(16, 16, { reasoningTokens: 16 }), {
    finishReason: 'length',
  }),
  'openai/chat-gpt-5.6-tool-call.http.json': called(
    'call_siQ9Y9BlxnbhyM3wHA0kbWrs',
    '{"number":132413}',
    gptTerra,
    usage(155, 18),
  ),
  'openai/chat-usage-cached.http.json': plain(
    message('openai/chat-usage-cached.http.json').content,
    'gpt-4o-mini-2024-07-18',
    usage(1149, 353, { cachedInputTokens: 1024 }),
  ),
  'groq/chat-gpt-oss-text.http.json': plain('Hello', oss, usage(79, 45, { reasoningTokens: 35 }), {
    reasoning: message('groq/chat-gpt-oss-text.http.json').reasoning,
  }),
  'groq/chat-gpt-oss-tool-call.http.json': called(
    'fc_49a9f731-cf37-4f59-a47b-97172cbffaba',
    '{"number":132413}',
    oss,
    usage(156, 44, { reasoningTokens: 16 }),
    { reasoning: 'User wants result of sqrt(132413) using tool. Use function.' },
  ),
  'together/chat-deepseek-v4-text.http.json': plain('Hello', deepseek, usage(91, 185, { reasoningTokens: 183 }), {
    reasoning: message('together/chat-deepseek-v4-text.http.json').reasoning,
  }),
  'together/chat-deepseek-v4-tool-call.http.json': called(
    'call_54c95bd536bc472f8a4b7b5e',
    '{"number": 132413}',
    deepseek,
    usage(414, 119, { reasoningTokens: 29 }),
    { reasoning: message('together/chat-deepseek-v4-tool-call.http.json').reasoning },
  ),
  'anthropic/opus-5-text.http.json': plain('Hello', opus, usage(27, 20, { reasoningTokens: 15 }), {
    reasoning: THOUGHT,
    opaque: { provider: 'anthropic', data: { layout: [{ block: thinkingBlock }, { text: 5 }] } },
  }),
  'anthropic/opus-5-tool-call.http.json': called(
    'toolu_01YTkoZzKBE24aVemCMqpMgB',
    '{"number":132413}',
    opus,
    usage(448, 48),
  ),
  'gemini/flash-latest-text.http.json': plain('Hello', flash, usage(9, 103, { reasoningTokens: 102 }), {
    reasoning: thoughts('gemini/flash-latest-text.http.json'),
    opaque: {
      provider: 'gemini',
      data: { signature: geminiParts('gemini/flash-latest-text.http.json')[1].thoughtSignature },
    },
  }),
  'gemini/flash-latest-max-tokens.http.json': plain('', flash, usage(10, 12, { reasoningTokens: 12 }), {
    reasoning: thoughts('gemini/flash-latest-max-tokens.http.json'),
    finishReason: 'length',
  }),
  'gemini/flash-latest-audio-inline.http.json': plain(
    'Orange',
    flash,
    usage(32, 39, { reasoningTokens: 38, audioInputTokens: 19 }),
    {
      reasoning: thoughts('gemini/flash-latest-audio-inline.http.json'),
      opaque: {
        provider: 'gemini',
        data: { signature: geminiParts('gemini/flash-latest-audio-inline.http.json')[1].thoughtSignature },
      },
    },
  ),
  'gemini/flash-latest-tool-call.http.json': geminiCall(
    'gemini/flash-latest-tool-call.http.json',
    'e9n7w531',
    usage(104, 106, { reasoningTokens: 87 }),
    thoughts('gemini/flash-latest-tool-call.http.json'),
    geminiParts('gemini/flash-latest-tool-call.http.json')[1].thoughtSignature,
  ),
  'ollama/native-qwen3.5-tool-call.http.json': called(
    'call_iqv2uqol',
    '{"number":132413}',
    'qwen3.5:2b',
    usage(303, 85),
    {
      reasoning: readRecording('ollama/native-qwen3.5-tool-call.http.json').response.body.message.thinking,
    },
  ),
}

const togetherCalls = [0, 1].map((index) => {
  const fragments = rawEvents('together/stream-deepseek-v4-tool-call.sse.txt')
    .flatMap((event) => event.choices ?? [])
    .flatMap((choice) => choice.delta?.tool_calls ?? [])
    .filter((call) => call.index === index)
  return {
    id: fragments[0].id as string,
    name: fragments[0].function.name as string,
    arguments: fragments.map((call) => call.function.arguments ?? '').join(''),
  }
})

/** Fixture of a stream → what all of it means. */
export const STREAMED: Readonly<Record<string, Expected>> = {
  'openai/stream-gpt-5.6-text.http.json': plain('Hello', gptTerra, usage(14, 4)),
  'openai/stream-gpt-5.6-tool-call.http.json': called(
    'call_a6dKPisa2ILy8ULCgAKI8W7z',
    '{"number":132413}',
    gptTerra,
    usage(155, 18),
  ),
  'openai/azure-prompt_filter_results.chunks.txt': plain(
    'Capital of Denmark.',
    'gpt-5-nano-2025-08-07',
    usage(15, 78, { reasoningTokens: 64 }),
  ),
  'groq/stream-gpt-oss-text.http.json': plain('Hello', oss, usage(79, 46, { reasoningTokens: 36 }), {
    reasoning: deltas('groq/stream-gpt-oss-text.sse.txt', 'reasoning'),
  }),
  'groq/stream-gpt-oss-tool-call.http.json': called(
    'fc_ff25387d-614a-4fbe-b606-b10051015236',
    '{"number":132413}',
    oss,
    usage(156, 49, { reasoningTokens: 21 }),
    { reasoning: deltas('groq/stream-gpt-oss-tool-call.sse.txt', 'reasoning') },
  ),
  'together/chat-stream.http.json': plain('1, 2, 3, 4, 5.', llama, usage(41, 15)),
  'together/chat-stream-2025-eos.http.json': plain('2', llama, usage(48, 2)),
  'together/stream-deepseek-v4-text.http.json': plain('Hello', deepseek, usage(91, 82, { reasoningTokens: 80 }), {
    reasoning: deltas('together/stream-deepseek-v4-text.sse.txt', 'reasoning'),
  }),
  // The provider says 18 reasoning tokens of 16.
  'together/stream-deepseek-v4-length.http.json': plain('', deepseek, usage(92, 16, { reasoningTokens: 16 }), {
    reasoning: deltas('together/stream-deepseek-v4-length.sse.txt', 'reasoning'),
    finishReason: 'length',
  }),
  'together/stream-deepseek-v4-tool-call.http.json': plain('', deepseek, usage(414, 132, { reasoningTokens: 32 }), {
    reasoning: deltas('together/stream-deepseek-v4-tool-call.sse.txt', 'reasoning'),
    toolCalls: togetherCalls,
    finishReason: 'tool-calls',
  }),
  'anthropic/stream-opus-5-text.http.json': plain('Hello', opus, usage(27, 20, { reasoningTokens: 15 }), {
    reasoning: THOUGHT,
    opaque: {
      provider: 'anthropic',
      data: { layout: [{ block: { type: 'thinking', thinking: THOUGHT, signature: streamedSignature } }, { text: 5 }] },
    },
  }),
  'anthropic/stream-opus-5-tool-call.http.json': called(
    'toolu_01MPDHPrL3jqdZ2VcFf4y1Ca',
    '{"number": 132413}',
    opus,
    usage(448, 48),
  ),
  'anthropic/message-delta-input-tokens.chunks.txt': plain('pong', 'claude-opus-4-5-20251101', usage(61, 2)),
  'anthropic/tool-no-args.chunks.txt': plain(
    "I'll update the issue list for you.",
    'claude-sonnet-4-5-20250929',
    usage(565, 48),
    {
      toolCalls: [{ id: 'toolu_01QE1WLsSVp5hy5Q3GmGTmjP', name: 'updateIssueList', arguments: '{}' }],
      finishReason: 'tool-calls',
    },
  ),
  'gemini/stream-flash-latest-text.http.json': plain('Hello', flash, usage(9, 106, { reasoningTokens: 105 }), {
    opaque: {
      provider: 'gemini',
      data: {
        signature: rawEvents('gemini/stream-flash-latest-text.sse.txt')[1].candidates[0].content.parts[0]
          .thoughtSignature,
      },
    },
  }),
  'gemini/stream-flash-latest-tool-call.http.json': geminiCall(
    'gemini/stream-flash-latest-tool-call.http.json',
    '2nte4526',
    usage(104, 99, { reasoningTokens: 80 }),
    '',
    rawEvents('gemini/stream-flash-latest-tool-call.sse.txt')[0].candidates[0].content.parts[0].thoughtSignature,
  ),
  'ollama/native-stream-qwen3.5-text.http.json': plain('Hi', 'qwen3.5:2b', usage(20, 2)),
}

/** Fixture of a refusal → our code, and the details that must be right. */
export const REFUSED: Readonly<Record<string, { readonly code: string; readonly details?: Record<string, unknown> }>> =
  {
    'openai/error-400-context_length_exceeded.http.json': { code: 'context-too-long' },
    'openai/error-401-invalid_api_key.http.json': { code: 'credential-invalid' },
    'openai/error-404-model_not_found.http.json': { code: 'model-not-found' },
    'groq/error-400-content-must-be-string.http.json': { code: 'unsupported-capability' },
    'groq/error-400-tool_use_failed.http.json': {
      code: 'output-invalid',
      details: { failedGeneration: '{"name": "get_something_by_name", "arguments": {\n  "foo": "bar"\n}}' },
    },
    'groq/error-401.http.json': { code: 'credential-invalid' },
    'groq/error-404-model_not_found-2026.http.json': { code: 'model-not-found' },
    'together/error-401-chat.http.json': { code: 'credential-invalid' },
    'together/error-401-models.http.json': { code: 'credential-invalid' },
    'together/error-404-model_not_available.http.json': { code: 'model-not-found' },
    'anthropic/error-400-prompt-too-long.http.json': {
      code: 'context-too-long',
      details: { contextLimit: 200_000, given: 3_333_404, shouldRetry: false },
    },
    'anthropic/error-401-authentication_error.http.json': { code: 'credential-invalid' },
    'anthropic/error-404-model.http.json': { code: 'model-not-found' },
    'gemini/error-400-api-key-invalid.http.json': { code: 'credential-invalid' },
    'gemini/error-404-model.http.json': { code: 'model-not-found' },
    'gemini/error-429-input-tokens-quota.http.json': {
      code: 'provider-rate-limited',
      details: { quotaId: 'GenerateContentPaidTierInputTokensPerModelPerMinute' },
    },
  }

/** Bodies that lie alone, with the status they came with. */
export const REFUSED_BODIES: Readonly<
  Record<string, { readonly status: number; readonly code: string; readonly details?: Record<string, unknown> }>
> = {
  'openai/error-insufficient_quota.json': { status: 429, code: 'provider-quota' },
  'openai/error-max_tokens-unsupported.json': {
    status: 400,
    code: 'unsupported-parameter',
    details: { parameter: 'max_tokens' },
  },
}

type TranscribedCase = readonly [code: string, details?: Record<string, unknown>, retryAfterMs?: number]

/** The cases of `errors-transcribed.json`, in their order. */
export const TRANSCRIBED: Readonly<Record<string, readonly TranscribedCase[]>> = {
  'openai/errors-transcribed.json': [
    ['unsupported-parameter', { parameter: 'reasoning_effort' }],
    ['unsupported-parameter', { parameter: 'temperature' }],
    ['context-too-long', { contextLimit: 128_000, given: 130_011 }],
    ['provider-request-too-large', { quotaLimit: 30_000, given: 41_000 }],
    ['provider-rate-limited', {}, 4000],
  ],
  'groq/errors-transcribed.json': [
    ['provider-request-too-large', { quotaLimit: 6000, given: 12_328 }],
    ['provider-daily-limit', {}, 579_000],
    ['context-too-long'],
    ['model-not-found'],
    ['model-not-found'],
    ['credential-forbidden', { reason: 'terms' }],
    ['unsupported-capability'],
  ],
  'together/errors-transcribed.json': [
    ['model-not-found'],
    ['model-not-found'],
    ['model-not-found'],
    ['provider-rate-limited'],
    ['provider-rate-limited'],
    ['context-too-long', { contextLimit: 8193, given: 9000 }],
  ],
  'anthropic/errors-transcribed.json': [
    ['provider-rate-limited', {}, 36_000],
    ['provider-overloaded', { shouldRetry: true }],
    ['provider-quota'],
    ['unsupported-parameter', { parameter: 'temperature' }],
    ['provider-request-too-large', { reason: 'bytes' }],
  ],
  'gemini/errors-transcribed.json': [
    ['context-too-long', { contextLimit: 1_048_576, given: 1_200_293 }],
    ['unsupported-parameter', { parameter: 'reasoning' }],
    ['unsupported-capability'],
    ['credential-forbidden', { reason: 'region' }],
    ['provider-overloaded'],
    ['provider-daily-limit', { quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }],
  ],
}
