/**
 * Every failure that a caller, a user or an admin can meet, as one table.
 *
 * Retry, breaker, refund, HTTP status and the text that a person reads all read this table, so a code is decided once,
 * where the failure happens, and never guessed from a message later. `docs/errors.md` is generated from it.
 */

/** Whether asking again can help: never, at the same target after a wait, or only at another target. */
export type RetryRule = 'never' | 'same-target' | 'other-target'

/** Who must change something before the same request can succeed. The breaker counts `provider` only. */
export type Blame = 'caller' | 'provider' | 'us'

export interface ErrorEntry {
  /** HTTP status of the answer of our own API. */
  readonly status: number
  readonly retry: RetryRule
  readonly blame: Blame
  /** What happened, in at most ten plain words. */
  readonly title: string
  /** What to do next, one sentence addressed to the person. */
  readonly advice: string
}

const entry = (status: number, retry: RetryRule, blame: Blame, title: string, advice: string): ErrorEntry =>
  Object.freeze({ status, retry, blame, title, advice })

export const ERRORS = Object.freeze({
  // The caller's request
  'invalid-request': entry(
    400,
    'never',
    'caller',
    'The request is not valid',
    'Correct the named fields and send it again.',
  ),
  'unsupported-parameter': entry(
    400,
    'never',
    'caller',
    'The model does not take a parameter',
    'Leave the named parameter out or choose another model.',
  ),
  'unsupported-capability': entry(
    422,
    'other-target',
    'caller',
    'The model cannot do this',
    'Choose a model that supports what the request asks for.',
  ),
  'content-refused': entry(
    422,
    'never',
    'caller',
    'The provider refused the content',
    'Change the text, or choose another provider.',
  ),
  unauthenticated: entry(401, 'never', 'caller', 'You are not signed in', 'Sign in and try again.'),
  forbidden: entry(403, 'never', 'caller', 'You may not do this', 'Ask an administrator for access.'),
  'cross-site-request': entry(
    403,
    'never',
    'caller',
    'The request came from another site',
    'Open the page of this server and try again there.',
  ),
  'not-found': entry(
    404,
    'never',
    'caller',
    'There is no such thing here',
    'Check the address; it may have been deleted.',
  ),
  conflict: entry(409, 'never', 'caller', 'This has changed in the meantime', 'Load it again and repeat your change.'),
  'too-large': entry(
    413,
    'never',
    'caller',
    'The upload is larger than allowed',
    'Send a smaller file or ask an administrator to raise the limit.',
  ),
  'too-many-requests': entry(
    429,
    'same-target',
    'caller',
    'Too many requests in a short time',
    'Wait the stated time and try again.',
  ),
  'insufficient-credits': entry(
    402,
    'never',
    'caller',
    'Not enough credits',
    'Ask an administrator for credits or choose a cheaper model.',
  ),
  'budget-exceeded': entry(
    402,
    'never',
    'caller',
    'Your monthly budget does not allow this',
    'Ask an administrator for a larger budget, or wait for the next month.',
  ),
  cancelled: entry(499, 'never', 'caller', 'The request was cancelled', 'Start it again when you want it.'),
  'method-not-allowed': entry(
    405,
    'never',
    'caller',
    'This address does not take that method',
    'Read which methods it takes in the API documentation.',
  ),
  'unsupported-media-type': entry(
    415,
    'never',
    'caller',
    'The body is of a kind that is not read here',
    'Send the content type that the API documentation names.',
  ),

  // Accounts
  'sign-in-failed': entry(
    401,
    'never',
    'caller',
    'Email or password is wrong',
    'Check both and try again, or ask an administrator for help.',
  ),
  'sign-up-closed': entry(
    403,
    'never',
    'caller',
    'Sign-up needs an invitation',
    'Ask an administrator of this server for an invitation.',
  ),
  'invitation-invalid': entry(
    403,
    'never',
    'caller',
    'The invitation is not valid',
    'It may be used, withdrawn, too old or for another email; ask for a new one.',
  ),
  'email-taken': entry(409, 'never', 'caller', 'This email has an account already', 'Sign in, or use another email.'),

  // Media
  'upload-gone': entry(
    410,
    'never',
    'caller',
    'The unfinished upload was removed',
    'Start the upload again; unfinished ones are kept for a limited time.',
  ),
  'media-empty': entry(422, 'never', 'caller', 'The file is empty', 'Check the recording and upload it again.'),
  'media-not-recognized': entry(
    422,
    'never',
    'caller',
    'This is not an audio or video file',
    'Upload a recording, for example mp4, mp3, m4a or wav.',
  ),
  'media-no-audio': entry(422, 'never', 'caller', 'The file holds no audio', 'Upload a recording with a sound track.'),
  'media-truncated': entry(
    422,
    'never',
    'caller',
    'The file is cut off or damaged',
    'Copy the recording again from its source and upload it.',
  ),
  'media-encrypted': entry(
    422,
    'never',
    'caller',
    'The file is protected against copying',
    'Upload a recording without copy protection.',
  ),
  'media-unsafe': entry(
    422,
    'never',
    'caller',
    'The file points to other files or addresses',
    'Upload the recording itself, not a playlist.',
  ),
  'no-text': entry(
    422,
    'never',
    'caller',
    'There is no text to work on',
    'Wait until the speech is recognized; where none was found, recognize it again.',
  ),
  'media-too-long': entry(
    422,
    'never',
    'caller',
    'The recording is longer than allowed',
    'Split the recording or ask an administrator to raise the limit.',
  ),

  // A model or its provider
  'model-unknown': entry(404, 'never', 'caller', 'This model is not in the catalog', 'Choose a model from the list.'),
  'model-inactive': entry(
    409,
    'other-target',
    'caller',
    'This model is switched off',
    'Choose one of the suggested models.',
  ),
  'model-not-found': entry(
    502,
    'other-target',
    'provider',
    'The provider does not serve this model',
    'Choose another model; an administrator can check the list.',
  ),
  'context-too-long': entry(
    422,
    'other-target',
    'caller',
    'The text is too long for this model',
    'Choose a model with a larger context, or let the text be split.',
  ),
  'output-truncated': entry(
    502,
    'other-target',
    'provider',
    'The model stopped before the end',
    'Try again, or choose a model with a larger output.',
  ),
  'output-invalid': entry(
    502,
    'other-target',
    'provider',
    'The answer does not have the asked form',
    'Try again or choose another model.',
  ),
  'output-empty': entry(
    502,
    'other-target',
    'provider',
    'The model answered with nothing',
    'Try again or choose another model.',
  ),
  'credential-missing': entry(
    503,
    'other-target',
    'us',
    'No key is set for this provider',
    'An administrator can add a key; or choose another provider.',
  ),
  'credential-invalid': entry(
    502,
    'other-target',
    'us',
    'The provider does not accept our key',
    'An administrator must replace the key.',
  ),
  'credential-forbidden': entry(
    502,
    'other-target',
    'us',
    'Our key may not use this model',
    'An administrator must check the key’s rights or region.',
  ),
  'provider-quota': entry(
    502,
    'other-target',
    'us',
    'The provider’s spending limit is reached',
    'An administrator must check the provider’s billing.',
  ),
  'provider-daily-limit': entry(
    503,
    'other-target',
    'us',
    'The provider’s daily limit is reached',
    'Choose another model; the limit opens again within a day.',
  ),
  'provider-rate-limited': entry(
    503,
    'same-target',
    'provider',
    'The provider is limiting requests',
    'Wait a moment or choose another model.',
  ),
  'provider-request-too-large': entry(
    422,
    'other-target',
    'us',
    'The request is larger than our provider quota',
    'Choose another model, or let the text be split.',
  ),
  'provider-overloaded': entry(
    503,
    'same-target',
    'provider',
    'The provider is overloaded',
    'Try again in a minute or choose another model.',
  ),
  'provider-error': entry(
    502,
    'same-target',
    'provider',
    'The provider had an internal error',
    'Try again or choose another model.',
  ),
  'provider-unreachable': entry(
    502,
    'other-target',
    'provider',
    'The provider cannot be reached',
    'Check the address and the network, or choose another provider.',
  ),
  'provider-timeout': entry(
    504,
    'other-target',
    'provider',
    'The provider did not answer in time',
    'Try again or choose another model.',
  ),
  'provider-malformed': entry(
    502,
    'other-target',
    'provider',
    'The provider’s answer cannot be read',
    'Try again or choose another model.',
  ),
  'provider-rejected': entry(
    502,
    'never',
    'us',
    'The provider rejected the request',
    'Read the technical detail; this may be a fault of ours.',
  ),
  'stream-interrupted': entry(
    502,
    'other-target',
    'provider',
    'The answer broke off',
    'Try again; nothing was charged.',
  ),
  'target-unavailable': entry(
    503,
    'other-target',
    'provider',
    'This model is resting after failures',
    'Choose another model or try again in a minute.',
  ),
  'no-target': entry(
    503,
    'never',
    'us',
    'No model can take this request now',
    'Read why each model was left out; choose another or try later.',
  ),

  // Speech
  'speech-model-missing': entry(
    503,
    'never',
    'us',
    'The speech model is not installed',
    'An administrator can download it, or choose the built-in one.',
  ),
  'speech-model-invalid': entry(
    422,
    'never',
    'us',
    'The speech model cannot be used',
    'Check the folder, or download the model again.',
  ),
  'speech-download-failed': entry(
    502,
    'same-target',
    'provider',
    'The speech model did not download',
    'Check the network, set SPEECH_MODEL_URL to a mirror, or copy a folder by hand and set SPEECH_MODEL to its path.',
  ),
  'speech-engine-crashed': entry(
    500,
    'same-target',
    'us',
    'The speech engine stopped unexpectedly',
    'Run the step again; the detail holds its last lines.',
  ),
  'speech-engine-timeout': entry(
    504,
    'same-target',
    'us',
    'The speech engine took too long',
    'Run the step again, or choose a smaller model.',
  ),
  'ffmpeg-missing': entry(503, 'never', 'us', 'ffmpeg is not installed', 'Install ffmpeg, or set FFMPEG_PATH to it.'),
  'ffmpeg-failed': entry(
    500,
    'same-target',
    'us',
    'The media could not be converted',
    'Read the technical detail; the file may be damaged.',
  ),

  // Messages that this server sends
  'address-not-allowed': entry(
    422,
    'never',
    'caller',
    'This address may not be called from here',
    'Use a public address, or allow this one in ALLOWED_PRIVATE_ADDRESSES.',
  ),
  'delivery-failed': entry(
    502,
    'same-target',
    'us',
    'A message could not be delivered',
    'Check the channel’s address and the server that it goes to.',
  ),
  'mail-not-set-up': entry(503, 'never', 'us', 'No mail server is set', 'Set SMTP_URL and MAIL_FROM and start again.'),

  // This server
  'config-invalid': entry(500, 'never', 'us', 'A setting is wrong', 'Mend the named settings and start again.'),
  'already-running': entry(
    409,
    'never',
    'us',
    'Another server uses this data',
    'Stop that server, or set another DATA_DIR.',
  ),
  'database-unavailable': entry(
    503,
    'same-target',
    'us',
    'The database cannot be reached',
    'Try again in a moment; an administrator can run the doctor command.',
  ),
  'disk-full': entry(
    507,
    'never',
    'us',
    'The disk is full',
    'An administrator must free space; nothing that was saved is lost.',
  ),
  internal: entry(
    500,
    'never',
    'us',
    'Something went wrong on our side',
    'Try again; tell an administrator the request id if it stays.',
  ),
} satisfies Record<string, ErrorEntry>)

export type ErrorCode = keyof typeof ERRORS

/** JSON-safe facts for the person who has to act: provider, model, field names, exit codes. Never a secret. */
export type ErrorDetails = Readonly<Record<string, unknown>>

export interface AppErrorOptions {
  readonly cause?: unknown
  readonly details?: ErrorDetails
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number
}

/** The only error class that crosses a room's border; `message` says what happened in this one case. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.details = options.details ?? {}
    this.retryAfterMs = options.retryAfterMs
  }

  get entry(): ErrorEntry {
    return ERRORS[this.code]
  }
}

/** Anything thrown, as an AppError; what has no code of its own becomes `internal`. */
export const toAppError = (thrown: unknown): AppError =>
  thrown instanceof AppError
    ? thrown
    : new AppError('internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
