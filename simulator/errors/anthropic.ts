// Anthropic's error bodies (test/fixtures/providers/anthropic): request_id beside the error, x-should-retry in the headers.
import type { ErrorInfo, ErrorSpec, ErrorTable } from '../types.ts'
import { makeId } from '../tokens.ts'

type Parts = { type?: string; message: string; errorCode?: string }

const spec = (status: number, parts: (info: ErrorInfo) => Parts, headers?: ErrorSpec['headers']): ErrorSpec => ({
  status,
  headers: (info) => ({
    'x-should-retry': status >= 500 || status === 429 || status === 409 ? 'true' : 'false',
    ...headers?.(info),
  }),
  body: (info) => {
    const { type = 'invalid_request_error', message, errorCode } = parts(info)
    const details = errorCode === undefined ? {} : { details: { error_code: errorCode } }
    return { type: 'error', error: { type, message, ...details }, request_id: `req_011${makeId(21)}` }
  },
})

const retryAfter = (info: ErrorInfo) => ({
  'retry-after': String(Math.max(1, Math.ceil((info.waitMs ?? 36_000) / 1000))),
})
const never = () => ({ 'x-should-retry': 'false' })

export const anthropicErrors: ErrorTable = {
  'bad-key': spec(401, () => ({ type: 'authentication_error', message: 'invalid x-api-key' })),
  'missing-key': spec(401, () => ({ type: 'authentication_error', message: 'x-api-key header is required' })),
  billing: spec(402, () => ({
    type: 'billing_error',
    message: 'Your account has an outstanding balance. Please update your payment details in Plans & Billing.',
  })),
  permission: spec(403, () => ({
    type: 'permission_error',
    message: 'Your API key does not have permission to use the specified resource.',
  })),
  'unknown-model': spec(404, (i) => ({ type: 'not_found_error', message: `model: ${i.model}` })),
  'unknown-path': spec(404, () => ({ type: 'not_found_error', message: 'Not Found' })),
  conflict: spec(409, () => ({ type: 'conflict_error', message: 'The resource is being changed by another request.' })),
  'file-too-large': spec(413, () => ({ type: 'request_too_large', message: 'Request exceeds the maximum size' })),
  // As its users report it; a refusal of the model's own is no error but `stop_reason: refusal`.
  'content-policy': spec(400, () => ({ message: 'Output blocked by content filtering policy' })),
  'missing-version': spec(400, () => ({ message: 'anthropic-version: header is required' })),
  'invalid-version': spec(400, (i) => ({
    message: `anthropic-version: "${i.value ?? ''}" is not a valid version`,
  })),
  'invalid-json': spec(400, () => ({ message: 'The request body is not valid JSON: unexpected character' })),
  'missing-parameter': spec(400, (i) => ({ message: `${i.parameter ?? 'max_tokens'}: Field required` })),
  'invalid-request': spec(400, (i) => ({ message: i.message ?? 'messages: at least one message is required' })),
  'unsupported-parameter': spec(400, (i) => ({
    message: i.message ?? `${i.parameter ?? 'temperature'}: Extra inputs are not permitted`,
  })),
  'schema-open': spec(400, (i) => ({
    message: `${i.parameter ?? 'output_config.format.schema'}: For 'object' type, 'additionalProperties' must be explicitly set to false`,
  })),
  'prefill-refused': spec(400, () => ({
    message: 'This model does not support assistant message prefill. The conversation must end with a user message.',
  })),
  'image-unsupported': spec(400, () => ({ message: 'messages.0.content.1: this model does not support image input' })),
  'context-length': spec(400, (i) => ({
    message: `prompt is too long: ${i.requested ?? 210000} tokens > ${i.limit ?? 200000} maximum`,
  })),
  'max-output': spec(400, (i) => ({
    message: `max_tokens: ${i.requested ?? 200000} > ${i.limit ?? 64000}, which is the maximum allowed number of output tokens for ${i.model}`,
  })),
  'credit-balance': spec(400, () => ({
    message:
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  })),
  'usage-limit': spec(400, () => ({
    message: 'You have reached your specified API usage limits. You will regain access on 2027-01-01 at 00:00 UTC.',
  })),
  'rate-limit': spec(
    429,
    (i) => ({
      type: 'rate_limit_error',
      message: `This request would exceed your organization's rate limit of ${(i.limit ?? 30000).toLocaleString('en-US')} input tokens per minute (org: org-sim, model: ${i.model}). For details, refer to: https://docs.claude.com/en/api/rate-limits.`,
    }),
    retryAfter,
  ),
  'rate-limit-requests': spec(
    429,
    (i) => ({
      type: 'rate_limit_error',
      message: `This request would exceed your organization's rate limit of ${(i.limit ?? 50).toLocaleString('en-US')} requests per minute (org: org-sim, model: ${i.model}). For details, refer to: https://docs.claude.com/en/api/rate-limits.`,
    }),
    retryAfter,
  ),
  'ramp-limit': spec(
    429,
    () => ({
      type: 'rate_limit_error',
      message: 'Your usage grew faster than the acceleration limit allows. Please scale up gradually.',
      errorCode: 'ramp_limit_exceeded',
    }),
    retryAfter,
  ),
  'spend-limit': spec(
    429,
    () => ({
      type: 'rate_limit_error',
      message: 'You have reached your enforced spend limit.',
      errorCode: 'enforced_spend_limit_reached',
    }),
    never,
  ),
  'contract-spend-limit': spec(
    429,
    () => ({
      type: 'rate_limit_error',
      message: 'You have reached the spend limit of your contract.',
      errorCode: 'contract_spend_limit_reached',
    }),
    never,
  ),
  'server-error': spec(500, () => ({ type: 'api_error', message: 'Internal server error' })),
  unavailable: spec(503, () => ({ type: 'api_error', message: 'Service temporarily unavailable' })),
  timeout: spec(504, () => ({ type: 'timeout_error', message: 'Request timed out' })),
  overloaded: spec(529, () => ({ type: 'overloaded_error', message: 'Overloaded' })),
}
