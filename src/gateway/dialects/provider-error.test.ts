import { expect, test } from 'vitest'
import { contextNumbers } from './context-limit.ts'
import { maskSecrets, toProviderError } from './provider-error.ts'
import { readFailure } from './read-failure.ts'

const classify = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  toProviderError(readFailure(status, headers, body), {
    provider: 'p',
    model: 'm',
    rules: [],
    secret: 'very-secret-key',
    nowMs: 0,
  })

test.each([
  [
    413,
    '<html><head><title>413 Request Entity Too Large</title></head></html>',
    'provider-request-too-large',
    '413 Request Entity Too Large',
  ],
  [
    502,
    '<html><body><h1>502 Bad Gateway</h1><hr>cloudflare</body></html>',
    'provider-error',
    '502 Bad Gateway cloudflare',
  ],
  [524, '<!DOCTYPE html><title>A timeout occurred</title>', 'provider-timeout', 'A timeout occurred'],
  [404, '<html><title>Not Found</title></html>', 'provider-unreachable', 'Not Found'],
  [503, 'upstream connect error', 'provider-overloaded', 'upstream connect error'],
  [500, '', 'provider-error', ''],
  [
    400,
    [{ error: { code: 400, message: 'Invalid value', status: 'INVALID_ARGUMENT' } }],
    'provider-rejected',
    'Invalid value',
  ],
  [400, { message: 'plain message' }, 'provider-rejected', 'plain message'],
  [404, { error: "model 'x' not found" }, 'model-not-found', "model 'x' not found"],
  [400, { detail: 'from another framework' }, 'provider-rejected', 'from another framework'],
  [429, { error: { message: 'slow', code: 429 } }, 'provider-rate-limited', 'slow'],
  [301, '', 'provider-unreachable', ''],
  [418, { error: null }, 'provider-rejected', ''],
] as const)('%i %j is %s', (status, body, code, message) => {
  const error = classify(status, body)
  expect(error.code).toBe(code)
  expect(error.details).toMatchObject({ provider: 'p', model: 'm', status })
  expect(error.details['providerMessage'] ?? '').toBe(message)
})

test('four kinds of 429', () => {
  const of = (message: string, code: string | null = 'rate_limit_exceeded') =>
    classify(429, { error: { message, code } }).code
  expect(of('Rate limit reached on tokens per min (TPM). Please try again in 4s.')).toBe('provider-rate-limited')
  expect(of('Rate limit reached on tokens per day (TPD): Limit 100000')).toBe('provider-daily-limit')
  expect(of('Request too large for gpt on tokens per min (TPM): Limit 30000, Requested 41000')).toBe(
    'provider-request-too-large',
  )
  expect(of('You exceeded your current quota', 'insufficient_quota')).toBe('provider-quota')
})

test('numbers and the word quota in a text decide nothing', () => {
  expect(classify(400, { error: { message: 'Item 429 of your quota report is malformed' } }).code).toBe(
    'provider-rejected',
  )
  expect(classify(400, { error: { message: 'too long', code: 'string_above_max_length' } }).code).toBe(
    'provider-rejected',
  )
})

test.each([
  [
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 130011 tokens.",
    128_000,
    130_011,
  ],
  [
    "This model's maximum context length is 8192 tokens, however you requested 9000 tokens (8000 in your prompt; 1000 for the completion).",
    8192,
    9000,
  ],
  ['prompt is too long: 3,333,404 tokens > 200,000 maximum', 200_000, 3_333_404],
  ['The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).', 1_048_576, 1_200_293],
  ['input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input', 200_000, 190_000],
  ['The prompt and max_tokens together exceed the context length of 131072 tokens.', 131_072, undefined],
  ['the request exceeds the available context size', undefined, undefined],
  [
    'Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000 tokens. Please reduce the length of the messages.',
    272_000,
    300_000,
  ],
  ["The prompt (10000 tokens) is longer than the model's context length (8192 tokens)", 8_192, undefined],
  ['`inputs` must have less than 8192 tokens. Given: 9011', 8_192, 9_011],
  ['The input token count exceeds the maximum number of tokens allowed 1048576.', 1_048_576, undefined],
  ["This model's maximum prompt length is 131072 but the request contains 140000 tokens.", 131_072, 140_000],
  [
    'Prompt contains 70000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
    32_768,
    70_000,
  ],
  ['Range of input length should be [1, 30720]', 30_720, undefined],
  ['context window exceeds limit (2013)', undefined, undefined],
  ['Context size has been exceeded.', undefined, undefined],
  ['request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it', 4_096, undefined],
])('%s', (message, contextLimit, given) => {
  const numbers = contextNumbers(message)
  expect([numbers.contextLimit, numbers.given]).toEqual([contextLimit, given])
  expect(classify(400, { error: { message } }).code).toBe('context-too-long')
})

test.each([
  ["Unsupported parameter: 'max_tokens' is not supported with this model.", 'max_tokens'],
  ['temperature: Extra inputs are not permitted', 'temperature'],
  ['Invalid JSON payload received. Unknown name "reasoning": Cannot find field.', 'reasoning'],
  ["property 'stop' is unsupported", 'stop'],
])('%s names its field', (message, parameter) => {
  const error = classify(400, { error: { message } })
  expect(error.code).toBe('unsupported-parameter')
  expect(error.details['parameter']).toBe(parameter)
})

test.each([
  [
    'OpenAI',
    400,
    { error: { message: 'Invalid prompt: flagged', type: 'invalid_request_error', code: 'invalid_prompt' } },
  ],
  [
    'an image at OpenAI',
    400,
    { error: { message: 'rejected', type: 'image_generation_user_error', code: 'moderation_blocked' } },
  ],
  ['Azure', 400, { error: { message: 'The response was filtered', param: 'prompt', code: 'content_filter' } }],
  ['Azure without its code', 400, { error: { message: "triggering Azure OpenAI's content management policy" } }],
  [
    'Anthropic',
    400,
    { type: 'error', error: { type: 'invalid_request_error', message: 'Output blocked by content filtering policy' } },
  ],
  [
    'Anthropic within a stream',
    0,
    { type: 'error', error: { type: 'invalid_request_error', message: 'Output blocked by content filtering policy' } },
  ],
  [
    'DeepSeek',
    400,
    { error: { message: 'Content Exists Risk', type: 'invalid_request_error', code: 'invalid_request_error' } },
  ],
])('a filter of %s is refused content, not a wrong request', (_name, status, body) => {
  expect(classify(status, body).code).toBe('content-refused')
})

test('keys never stand in an error, neither ours nor one that is echoed', () => {
  const body = {
    error: {
      message: 'Incorrect API key provided: very-secret-key or sk-proj-abcdefgh12345 or gsk_abcdefgh123',
      code: 'invalid_api_key',
    },
  }
  const error = classify(401, body)
  for (const secret of ['very-secret-key', 'abcdefgh12345', 'abcdefgh123'])
    expect(JSON.stringify([error.message, error.details])).not.toContain(secret)
  expect(maskSecrets('Authorization: Bearer abcdefghijkl', null)).not.toContain('abcdefghijkl')
})

test('the wish of x-should-retry is passed on', () => {
  expect(classify(500, {}, { 'x-should-retry': 'false' }).details['shouldRetry']).toBe(false)
  expect(classify(529, {}, { 'x-should-retry': 'true' }).details['shouldRetry']).toBe(true)
})
