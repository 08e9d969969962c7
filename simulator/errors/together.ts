// Together's error bodies (test/fixtures/providers/together): an id beside the error, a barer 401 on the models list.
import type { ErrorInfo, ErrorSpec, ErrorTable } from '../types.ts'
import { makeId } from '../tokens.ts'

type Parts = { message: string; type?: string; param?: string | null; code?: string | null }

const spec = (status: number, parts: (info: ErrorInfo) => Parts, headers?: ErrorSpec['headers']): ErrorSpec => ({
  status,
  body: (info) => {
    const { message, type = 'invalid_request_error', param = null, code = null } = parts(info)
    return { id: `om${makeId(5)}-${makeId(6)}`, error: { message, type, param, code } }
  },
  ...(headers ? { headers } : {}),
})

const retryAfter = (info: ErrorInfo) => ({
  'retry-after': String(Math.max(1, Math.ceil((info.waitMs ?? 2000) / 1000))),
})

export const togetherErrors: ErrorTable = {
  'bad-key': spec(401, () => ({
    message: 'Invalid API key provided. You can find your API key at https://api.together.ai/settings/api-keys.',
    code: 'invalid_api_key',
  })),
  'bad-key-models': { status: 401, body: () => ({ error: { message: 'Unauthorized' } }) },
  billing: spec(402, () => ({
    message: 'Credit limit exceeded, please navigate to https://api.together.ai/settings/billing to add credit.',
    type: 'credit_limit',
  })),
  permission: spec(403, () => ({ message: 'You are not permitted to use this model.', code: 'forbidden' })),
  'context-length-403': spec(403, (i) => ({
    message: `The prompt and max_tokens together exceed the context length of ${i.limit ?? 131072} tokens.`,
  })),
  'unknown-model': spec(404, (i) => ({
    message: `Unable to access model ${i.model}. Please visit https://api.together.ai/models to view the list of supported models.`,
    code: 'model_not_available',
  })),
  'unknown-path': spec(404, () => ({ message: 'Not found' })),
  'not-serverless': spec(400, (i) => ({
    message: `Unable to access non-serverless model ${i.model}. Please visit https://api.together.ai/models/${i.model} to create and start a new dedicated endpoint for the model.`,
    code: 'model_not_available',
  })),
  'endpoint-not-running': spec(400, (i) => ({
    message: `The dedicated endpoint for ${i.model} is not running.`,
    code: 'dedicated_endpoint_not_running',
  })),
  'invalid-json': spec(400, () => ({ message: 'Invalid JSON body' })),
  'missing-parameter': spec(400, (i) => ({
    message: `Missing required field: ${i.parameter ?? 'messages'}`,
    param: i.parameter ?? null,
  })),
  'invalid-request': spec(400, (i) => ({ message: i.message ?? 'Invalid request', param: i.parameter ?? null })),
  'unsupported-parameter': spec(400, (i) => ({
    message: i.message ?? `Unsupported parameter: ${i.parameter ?? 'stop'}`,
    param: i.parameter ?? 'stop',
    code: 'unsupported_parameter',
  })),
  'image-unsupported': spec(400, (i) => ({ message: `${i.model} is not a multimodal model` })),
  'content-policy': spec(400, () => ({
    message: 'The prompt was flagged by the safety model.',
    code: 'content_filter',
  })),
  'prefill-refused': spec(400, () => ({ message: 'Conversation roles must end with a user message.' })),
  'context-length': spec(422, (i) => ({
    message: `Input validation error: \`inputs\` tokens + \`max_new_tokens\` must be <= ${i.limit ?? 8193}. Given: ${i.requested ?? 9000} \`inputs\` tokens and ${i.outputTokens ?? 500} \`max_new_tokens\``,
  })),
  'max-output': spec(422, (i) => ({
    message: `Input validation error: \`max_new_tokens\` must be <= ${i.limit ?? 2048}. Given: ${i.requested ?? 4096}`,
  })),
  'file-too-large': spec(413, () => ({ message: 'The uploaded file exceeds 80 MB.', code: 'request_too_large' })),
  'audio-too-long': spec(400, () => ({ message: 'The audio is longer than 4 hours.', code: 'audio_too_long' })),
  'invalid-file': spec(400, () => ({ message: 'Unable to decode the audio file.' })),
  'rate-limit': spec(
    429,
    (i) => ({
      message: `You have reached the rate limit specific to this model ${i.model}. The maximum rate limit for this model is ${i.limit ?? 120} queries per minute.`,
      type: 'model_rate_limit',
    }),
    retryAfter,
  ),
  'rate-limit-requests': spec(
    429,
    (i) => ({
      message: `You have been rate limited. Your rate limit is ${i.limit ?? 60} queries per minute. Please navigate to https://api.together.ai/settings/billing to upgrade your plan.`,
      type: 'credit_limit',
    }),
    retryAfter,
  ),
  'server-error': spec(500, () => ({
    message: 'Internal server error',
    type: 'server_error',
    code: 'internal_server_error',
  })),
  overloaded: spec(503, () => ({
    message: 'The server is overloaded or not ready yet.',
    type: 'server_error',
    code: 'service_unavailable',
  })),
  timeout: spec(504, () => ({ message: 'Gateway timeout', type: 'server_error' })),
  'error-as-text': { status: 500, body: () => ({ error: 'upstream failed' }) },
  'error-as-message': { status: 500, body: () => ({ message: 'upstream failed' }) },
}
