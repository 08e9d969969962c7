// Error bodies of the servers people run themselves: Ollama (native and /v1) and OpenAI-compatible ones such as vLLM.
import type { ErrorInfo, ErrorSpec, ErrorTable } from '../types.ts'

type Say = {
  status: number
  message: (info: ErrorInfo) => string
  type: string
  code: string | number | null
  param?: string
}

const CASES: Record<string, Say> = {
  'bad-key': { status: 401, message: () => 'Unauthorized', type: 'api_error', code: null },
  permission: { status: 403, message: () => 'Forbidden', type: 'api_error', code: null },
  'unknown-model': { status: 404, message: (i) => `model '${i.model}' not found`, type: 'not_found_error', code: null },
  'unknown-path': { status: 404, message: () => '404 page not found', type: 'not_found_error', code: null },
  'invalid-json': {
    status: 400,
    message: () => 'invalid character in request body',
    type: 'invalid_request_error',
    code: null,
  },
  'invalid-request': {
    status: 400,
    message: (i) => i.message ?? 'invalid request',
    type: 'invalid_request_error',
    code: null,
  },
  'missing-parameter': {
    status: 400,
    message: (i) => `${i.parameter ?? 'model'} is required`,
    type: 'invalid_request_error',
    code: null,
  },
  'tools-unsupported': {
    status: 400,
    message: (i) => `registry.ollama.ai/library/${i.model} does not support tools`,
    type: 'api_error',
    code: null,
  },
  'prefill-refused': {
    status: 400,
    message: () => 'Cannot have 2 or more assistant messages at the end of the list.',
    type: 'invalid_request_error',
    code: null,
  },
  'image-unsupported': {
    status: 400,
    message: (i) => `${i.model} is not a multimodal model`,
    type: 'invalid_request_error',
    code: null,
  },
  'context-length': {
    status: 400,
    message: (i) =>
      `This model's maximum context length is ${i.limit ?? 8192} tokens. However, you requested ${i.requested ?? 9000} tokens in the messages. Please reduce the length of the messages.`,
    type: 'BadRequestError',
    code: 400,
  },
  'rate-limit': { status: 429, message: () => 'too many requests', type: 'api_error', code: null },
  'file-too-large': {
    status: 413,
    message: () => 'Maximum file size exceeded',
    type: 'invalid_request_error',
    code: null,
  },
  'invalid-file': {
    status: 400,
    message: () => 'Invalid or unsupported audio file.',
    type: 'BadRequestError',
    code: 400,
  },
  'server-error': {
    status: 500,
    message: () => 'llama runner process has terminated: signal: killed',
    type: 'api_error',
    code: null,
  },
  overloaded: {
    status: 503,
    message: () => 'server busy, please try again.  maximum pending requests exceeded',
    type: 'api_error',
    code: null,
  },
}

const table = (body: (say: Say, info: ErrorInfo) => unknown): ErrorTable =>
  Object.fromEntries(
    Object.entries(CASES).map(([kind, say]): [string, ErrorSpec] => [
      kind,
      { status: say.status, body: (info) => body(say, info) },
    ]),
  )

/** Ollama's own paths: `{error: "text"}`. */
export const ollamaErrors: ErrorTable = table((say, info) => ({ error: say.message(info) }))

/** A hosted server of this shape filters prompts; those that people run themselves do not. */
const FILTERED =
  "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry."

/** /v1 of Ollama, vLLM and the like: OpenAI's envelope, code may be a number. */
export const compatibleErrors: ErrorTable = {
  ...table((say, info) => ({
    error: { message: say.message(info), type: say.type, param: say.param ?? null, code: say.code },
  })),
  'content-policy': {
    status: 400,
    body: () => ({ error: { message: FILTERED, type: null, param: 'prompt', code: 'content_filter', status: 400 } }),
  },
}
