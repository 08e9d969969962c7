// OpenAI's error bodies, recorded or transcribed (test/fixtures/providers/openai); unrecorded ones follow the same envelope.
import type { ErrorInfo, ErrorSpec, ErrorTable } from '../types.ts'
import { toGoDuration } from '../duration.ts'

type Parts = { message: string; type?: string; param?: string | null; code?: string | null }

const body = ({ message, type = 'invalid_request_error', param = null, code = null }: Parts) => ({
  error: { message, type, param, code },
})

const spec = (status: number, parts: (info: ErrorInfo) => Parts, headers?: ErrorSpec['headers']): ErrorSpec => ({
  status,
  body: (info) => body(parts(info)),
  ...(headers ? { headers } : {}),
})

const retryAfter = (info: ErrorInfo) => ({
  'retry-after': String(Math.max(1, Math.ceil((info.waitMs ?? 4000) / 1000))),
  'retry-after-ms': String(Math.ceil(info.waitMs ?? 4000)),
})

const bearerChallenge = () => ({ 'www-authenticate': 'Bearer realm="OpenAI API"' })

const limitText = (info: ErrorInfo, what: string) =>
  `Rate limit reached for ${info.model} in organization org-sim on ${what}: Limit ${info.limit ?? 30000}, Used ${info.used ?? 29000}, Requested ${info.requested ?? 3000}. Please try again in ${toGoDuration(info.waitMs ?? 4000)}. Visit https://platform.openai.com/account/rate-limits to learn more.`

export const openaiErrors: ErrorTable = {
  'bad-key': spec(
    401,
    (i) => ({
      message: `Incorrect API key provided: ${i.key ?? 'invalid-key'}. You can find your API key at https://platform.openai.com/account/api-keys.`,
      code: 'invalid_api_key',
    }),
    bearerChallenge,
  ),
  'missing-key': spec(
    401,
    () => ({
      message:
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    }),
    bearerChallenge,
  ),
  'insufficient-permissions': spec(401, () => ({
    message: 'You have insufficient permissions for this operation.',
  })),
  region: spec(403, () => ({
    message: 'Country, region, or territory not supported',
    type: 'request_forbidden',
    code: 'unsupported_country_region_territory',
  })),
  'unknown-model': spec(404, (i) => ({
    message: `The model \`${i.model}\` does not exist or you do not have access to it.`,
    code: 'model_not_found',
  })),
  'unknown-path': spec(404, (i) => ({ message: `Invalid URL (POST ${i.path ?? ''})` })),
  'malformed-model': spec(400, () => ({ message: 'invalid model ID' })),
  'not-a-chat-model': spec(404, () => ({
    message:
      'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?',
    param: 'model',
  })),
  'responses-only': spec(404, () => ({
    message: 'This model is only supported in v1/responses and not in v1/chat/completions.',
    param: 'model',
  })),
  'invalid-json': spec(400, () => ({
    message:
      'We could not parse the JSON body of your request. (HINT: This likely means you aren’t using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)',
  })),
  'missing-parameter': spec(400, (i) => ({
    message: `Missing required parameter: '${i.parameter ?? 'messages'}'.`,
    param: i.parameter ?? 'messages',
    code: 'missing_required_parameter',
  })),
  'unsupported-parameter': spec(400, (i) => ({
    message: i.message ?? `Unsupported parameter: '${i.parameter ?? 'stop'}' is not supported with this model.`,
    param: i.parameter ?? 'stop',
    code: 'unsupported_parameter',
  })),
  'unsupported-value': spec(400, (i) => ({
    message:
      i.message ??
      `Unsupported value: '${i.parameter ?? 'temperature'}' does not support ${i.value ?? '0.2'} with this model. Only the default (1) value is supported.`,
    param: i.parameter ?? 'temperature',
    code: 'unsupported_value',
  })),
  'invalid-request': spec(400, (i) => ({
    message: i.message ?? 'Invalid request.',
    param: i.parameter ?? null,
    code: 'invalid_value',
  })),
  'tools-with-effort': spec(400, (i) => ({
    message: `Function tools with reasoning_effort are not supported for ${i.model.replace(/^(gpt-[\d.]+).*$/, '$1')} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
    param: 'reasoning_effort',
  })),
  'output-limit-reached': spec(400, () => ({
    message:
      'Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.',
  })),
  'context-length': spec(400, (i) => ({
    message: `This model's maximum context length is ${i.limit ?? 128000} tokens. However, your messages resulted in ${i.requested ?? 130011} tokens. Please reduce the length of the messages.`,
    param: 'messages',
    code: 'context_length_exceeded',
  })),
  'max-output': spec(400, (i) => ({
    message: `max_tokens is too large: ${i.requested ?? 100000}. This model supports at most ${i.limit ?? 16384} completion tokens, whereas you provided ${i.requested ?? 100000}.`,
    param: i.parameter ?? 'max_tokens',
    code: 'invalid_value',
  })),
  'prefill-refused': spec(400, () => ({
    message: 'The last message must have role user or tool.',
    param: 'messages',
    code: 'invalid_value',
  })),
  'image-unsupported': spec(400, () => ({
    message: 'Invalid content type. image_url is only supported by certain models.',
    param: 'messages.[0].content.[1].type',
  })),
  'content-policy': spec(400, () => ({
    message:
      'Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.',
    code: 'invalid_prompt',
  })),
  'file-too-large': spec(413, (i) => ({
    message: `Maximum content size limit (26214400) exceeded (${i.requested ?? 26530000} bytes read)`,
    type: 'server_error',
  })),
  'invalid-file': spec(400, () => ({
    message:
      "Invalid file format. Supported formats: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm']",
  })),
  'rate-limit': spec(
    429,
    (i) => ({ message: limitText(i, 'tokens per min (TPM)'), type: 'tokens', code: 'rate_limit_exceeded' }),
    retryAfter,
  ),
  'rate-limit-requests': spec(
    429,
    (i) => ({ message: limitText(i, 'requests per min (RPM)'), type: 'requests', code: 'rate_limit_exceeded' }),
    retryAfter,
  ),
  'rate-limit-day': spec(429, (i) => ({
    message: limitText({ ...i, waitMs: i.waitMs ?? 578_016 }, 'requests per day (RPD)'),
    type: 'requests',
    code: 'rate_limit_exceeded',
  })),
  'too-large-for-quota': spec(429, (i) => ({
    message: `Request too large for ${i.model} in organization org-sim on tokens per min (TPM): Limit ${i.limit ?? 30000}, Requested ${i.requested ?? 41000}. The input or output tokens must be reduced in order to run successfully. Visit https://platform.openai.com/account/rate-limits to learn more.`,
    type: 'tokens',
    code: 'rate_limit_exceeded',
  })),
  quota: spec(429, () => ({
    message:
      'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
  })),
  'credit-balance': spec(429, () => ({
    message: 'Your credit balance is exhausted. Please add credits to continue.',
    type: 'insufficient_quota',
    code: 'credit_balance_exhausted',
  })),
  'server-error': spec(500, () => ({
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'server_error',
    code: 'server_error',
  })),
  overloaded: spec(503, () => ({
    message:
      'The server is currently overloaded with other requests. Sorry about that! Please retry your request after a brief wait.',
    type: 'server_error',
    code: 'server_is_overloaded',
  })),
  'slow-down': spec(503, () => ({
    message: 'Slow down: reduce your request rate, then increase it gradually.',
    type: 'service_unavailable_error',
    code: 'slow_down',
  })),
}
