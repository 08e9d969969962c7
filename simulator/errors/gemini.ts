// Gemini's error bodies (test/fixtures/providers/gemini): google.rpc.Status with details, no retry-after header.
import type { ErrorInfo, ErrorSpec, ErrorTable } from '../types.ts'

type Parts = { message: string; status: string; details?: unknown[] }

const spec = (code: number, parts: (info: ErrorInfo) => Parts): ErrorSpec => ({
  status: code,
  body: (info) => {
    const { message, status, details } = parts(info)
    return { error: { code, message, status, ...(details ? { details } : {}) } }
  },
})

const GOOGLE = 'type.googleapis.com/google.rpc.'
const QUOTA_TEXT =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. To monitor your current usage, head to: https://ai.dev/rate-limit. '

const help = {
  '@type': `${GOOGLE}Help`,
  links: [
    { description: 'Learn more about Gemini API quotas', url: 'https://ai.google.dev/gemini-api/docs/rate-limits' },
  ],
}

const exhausted = (info: ErrorInfo, metric: string, quotaId: string, limit: number, defaultWaitMs: number): Parts => {
  const waitSeconds = (info.waitMs ?? defaultWaitMs) / 1000
  const value = info.limit ?? limit
  return {
    message: `${QUOTA_TEXT}\n* Quota exceeded for metric: generativelanguage.googleapis.com/${metric}, limit: ${value}, model: ${info.model}\nPlease retry in ${waitSeconds}s.`,
    status: 'RESOURCE_EXHAUSTED',
    details: [
      help,
      {
        '@type': `${GOOGLE}QuotaFailure`,
        violations: [
          {
            quotaMetric: `generativelanguage.googleapis.com/${metric}`,
            quotaId,
            quotaDimensions: { model: info.model, location: 'global' },
            quotaValue: String(value),
          },
        ],
      },
      { '@type': `${GOOGLE}RetryInfo`, retryDelay: `${Math.floor(waitSeconds)}s` },
    ],
  }
}

const invalid = (message: string): Parts => ({ message, status: 'INVALID_ARGUMENT' })

export const geminiErrors: ErrorTable = {
  'bad-key': spec(400, () => ({
    ...invalid('API key not valid. Please pass a valid API key.'),
    details: [
      {
        '@type': `${GOOGLE}ErrorInfo`,
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
      {
        '@type': `${GOOGLE}LocalizedMessage`,
        locale: 'en-US',
        message: 'API key not valid. Please pass a valid API key.',
      },
    ],
  })),
  'missing-key': spec(403, () => ({
    message:
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
    status: 'PERMISSION_DENIED',
  })),
  permission: spec(403, () => ({ message: 'The caller does not have permission', status: 'PERMISSION_DENIED' })),
  'cached-content-not-found': spec(403, () => ({
    message: 'CachedContent not found (or permission denied)',
    status: 'PERMISSION_DENIED',
  })),
  region: spec(400, () => ({
    message: 'User location is not supported for the API use.',
    status: 'FAILED_PRECONDITION',
  })),
  'unknown-model': spec(404, (i) => ({
    message: `models/${i.model} is not found for API version v1beta, or is not supported for generateContent. Call ModelService.ListModels to see the list of available models and their supported methods.`,
    status: 'NOT_FOUND',
  })),
  'unknown-path': spec(404, () => ({ message: 'Requested entity was not found.', status: 'NOT_FOUND' })),
  'malformed-model': spec(400, () => invalid('* GenerateContentRequest.model: unexpected model name format\n')),
  'invalid-json': spec(400, () => invalid('Invalid JSON payload received. Expected an object.')),
  'invalid-request': spec(400, (i) => invalid(i.message ?? 'Request contains an invalid argument.')),
  'missing-parameter': spec(400, (i) =>
    invalid(`* GenerateContentRequest.${i.parameter ?? 'contents'}: ${i.parameter ?? 'contents'} is not specified\n`),
  ),
  'unknown-field': spec(400, (i) => {
    const message = `Invalid JSON payload received. Unknown name "${i.parameter ?? 'reasoning'}"${i.value ? ` at '${i.value}'` : ''}: Cannot find field.`
    return {
      ...invalid(message),
      details: [
        {
          '@type': `${GOOGLE}BadRequest`,
          fieldViolations: [{ ...(i.value ? { field: i.value } : {}), description: message }],
        },
      ],
    }
  }),
  'missing-thought-signature': spec(400, () =>
    invalid(
      'Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance.',
    ),
  ),
  'tools-with-json': spec(400, () =>
    invalid("Function calling with a response mime type: 'application/json' is unsupported"),
  ),
  'prefill-refused': spec(400, () => invalid('Please ensure that multiturn requests end with a user turn.')),
  'image-unsupported': spec(400, () => invalid('Image input modality is not enabled for this model')),
  'context-length': spec(400, (i) =>
    invalid(
      `The input token count (${i.requested ?? 1200293}) exceeds the maximum number of tokens allowed (${i.limit ?? 1048576}).`,
    ),
  ),
  'max-output': spec(400, (i) =>
    invalid(
      `Unable to submit request because it has a maxOutputTokens value of ${i.requested ?? 100000} but the supported range is from 1 (inclusive) to ${(i.limit ?? 65536) + 1} (exclusive). Update the value and try again.`,
    ),
  ),
  'rate-limit': spec(429, (i) =>
    exhausted(
      i,
      'generate_content_paid_tier_input_token_count',
      'GenerateContentPaidTierInputTokensPerModelPerMinute',
      1_000_000,
      48_939.935699,
    ),
  ),
  'rate-limit-requests': spec(429, (i) =>
    exhausted(i, 'generate_requests_per_model', 'GenerateRequestsPerMinutePerProjectPerModel', 1000, 34_400),
  ),
  'rate-limit-day': spec(429, (i) =>
    exhausted(
      i,
      'generate_content_free_tier_requests',
      'GenerateRequestsPerDayPerProjectPerModel-FreeTier',
      250,
      28_000,
    ),
  ),
  'server-error': spec(500, () => ({
    message:
      'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
    status: 'INTERNAL',
  })),
  overloaded: spec(503, () => ({ message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' })),
  timeout: spec(504, () => ({
    message: 'Deadline expired before operation could complete.',
    status: 'DEADLINE_EXCEEDED',
  })),
}
