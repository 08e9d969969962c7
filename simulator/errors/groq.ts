// Groq's error bodies (test/fixtures/providers/groq): param and code only where they say something.
import type { ErrorInfo, ErrorSpec, ErrorTable } from '../types.ts'
import { toGoDuration } from '../duration.ts'

type Parts = { message: string; type?: string; param?: string; code?: string; failed_generation?: string }

const spec = (status: number, parts: (info: ErrorInfo) => Parts, headers?: ErrorSpec['headers']): ErrorSpec => ({
  status,
  body: (info) => {
    const { message, type = 'invalid_request_error', ...rest } = parts(info)
    return { error: { message, type, ...rest } }
  },
  ...(headers ? { headers } : {}),
})

const retryAfter = (info: ErrorInfo) => ({
  'retry-after': String(Math.max(1, Math.ceil((info.waitMs ?? 7000) / 1000))),
})

const reached = (info: ErrorInfo, what: string, limit: number, used: number) =>
  `Rate limit reached for model \`${info.model}\` in organization \`org_sim\` service tier \`on_demand\` on ${what}: Limit ${info.limit ?? limit}, Used ${info.used ?? used}, Requested ${info.requested ?? 3619}. Please try again in ${toGoDuration(info.waitMs ?? 7000)}.`

export const groqErrors: ErrorTable = {
  'bad-key': spec(401, () => ({ message: 'Invalid API Key', code: 'invalid_api_key' })),
  permission: spec(403, () => ({ message: 'Access denied. Please check your network settings.', code: 'forbidden' })),
  'unknown-model': spec(404, (i) => ({
    message: `The model \`${i.model}\` does not exist or you do not have access to it.`,
    code: 'model_not_found',
  })),
  'unknown-path': spec(404, (i) => ({
    message: `Unknown request URL: POST ${i.path ?? ''}. Please check the URL for typos, or see the docs at https://console.groq.com/docs/`,
    code: 'unknown_url',
  })),
  decommissioned: spec(400, (i) => ({
    message: `The model \`${i.model}\` has been decommissioned and is no longer supported. Please refer to https://console.groq.com/docs/deprecations for a recommendation on which model to use instead.`,
    code: 'model_decommissioned',
  })),
  'terms-required': spec(400, (i) => ({
    message: `The model \`${i.model}\` requires terms acceptance. Please have the org admin accept the terms at https://console.groq.com/playground`,
    code: 'model_terms_required',
  })),
  'not-a-chat-model': spec(400, (i) => ({ message: `The model \`${i.model}\` does not support chat completions` })),
  'invalid-json': spec(400, () => ({ message: 'request body could not be parsed as JSON' })),
  'missing-parameter': spec(400, (i) => ({
    message: `'${i.parameter ?? 'messages'}' : property '${i.parameter ?? 'messages'}' is missing`,
  })),
  'invalid-request': spec(400, (i) => ({
    message: i.message ?? 'invalid request',
    ...(i.parameter === undefined ? {} : { param: i.parameter }),
  })),
  'unsupported-parameter': spec(400, (i) => ({
    message: i.message ?? `property '${i.parameter ?? 'logprobs'}' is unsupported`,
    param: i.parameter ?? 'logprobs',
  })),
  'image-unsupported': spec(400, () => ({
    message: 'messages[0].content must be a string',
    param: 'messages[0].content',
  })),
  'content-policy': spec(400, () => ({
    message: 'The prompt was blocked by the content policy.',
    code: 'content_filter',
  })),
  'prefill-refused': spec(400, () => ({ message: 'the last message must have the role user', param: 'messages' })),
  'tool-use-failed': spec(400, () => ({
    message:
      "Tool call validation failed: tool call validation failed: parameters for tool get_something_by_name did not match schema: errors: [missing properties: 'name', additionalProperties 'foo' not allowed]",
    code: 'tool_use_failed',
    failed_generation: '{"name": "get_something_by_name", "arguments": {\n  "foo": "bar"\n}}',
  })),
  'json-validate-failed': spec(400, () => ({
    message: "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.",
    code: 'json_validate_failed',
    failed_generation: '{"enhanced_text": "The meeting began',
  })),
  'context-length': spec(400, () => ({
    message: 'Please reduce the length of the messages or completion.',
    param: 'messages',
    code: 'context_length_exceeded',
  })),
  'max-output': spec(400, (i) => ({
    message: `\`max_completion_tokens\` must be less than or equal to \`${i.limit ?? 65536}\`, the maximum value for \`max_completion_tokens\` is less than the \`context_window\` for this model`,
    param: 'max_completion_tokens',
  })),
  'too-large-for-quota': spec(413, (i) => ({
    message: `Request too large for model \`${i.model}\` in organization \`org_sim\` service tier \`on_demand\` on tokens per minute (TPM): Limit ${i.limit ?? 6000}, Requested ${i.requested ?? 12328}, please reduce your message size and try again. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing`,
    type: 'tokens',
    code: 'rate_limit_exceeded',
  })),
  'file-too-large': spec(413, () => ({ message: 'Request Entity Too Large', code: 'request_too_large' })),
  'invalid-file': spec(400, () => ({ message: 'could not process file - is it a valid media file?' })),
  unprocessable: spec(422, () => ({ message: 'The request was well-formed but could not be followed.' })),
  'rate-limit': spec(
    429,
    (i) => ({
      message: reached(i, 'tokens per minute (TPM)', 6000, 5200),
      type: 'tokens',
      code: 'rate_limit_exceeded',
    }),
    retryAfter,
  ),
  'rate-limit-requests': spec(
    429,
    (i) => ({
      message: reached(i, 'requests per minute (RPM)', 30, 30),
      type: 'requests',
      code: 'rate_limit_exceeded',
    }),
    retryAfter,
  ),
  'rate-limit-day': spec(
    429,
    (i) => ({
      message: reached({ ...i, waitMs: i.waitMs ?? 578_016 }, 'tokens per day (TPD)', 100_000, 97_050),
      type: 'tokens',
      code: 'rate_limit_exceeded',
    }),
    (i) => retryAfter({ ...i, waitMs: i.waitMs ?? 578_016 }),
  ),
  'capacity-exceeded': spec(498, () => ({
    message: 'Flex tier capacity exceeded. Please try again later.',
    type: 'capacity_error',
    code: 'capacity_exceeded',
  })),
  'server-error': spec(500, () => ({ message: 'Internal Server Error', type: 'internal_server_error' })),
  'bad-gateway': spec(502, () => ({ message: 'Bad Gateway', type: 'internal_server_error' })),
  overloaded: spec(503, () => ({
    message: 'Service Unavailable. The server is overloaded, please try again later.',
    type: 'internal_server_error',
  })),
}
