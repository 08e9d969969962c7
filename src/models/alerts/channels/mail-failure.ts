/** Why a mail did not go: what it means for whoever set the mail server up, and then the server's own words. */
import { AppError } from '../../../errors.ts'
import { sayAlone } from '../../../reasons.ts'

/** As nodemailer throws it. */
interface MailError {
  readonly message: string
  readonly code?: string
  /** What the server was asked last. */
  readonly command?: string
  /** What it answered. */
  readonly response?: string
}

/** Neither has a code of its own by the time it gets here. */
const NO_SAFE_CONNECTION = /certificate|altnames|wrong version number|\b(?:TLS|SSL)\b|STARTTLS/i
const UNREACHABLE: ReadonlySet<string> = new Set(['ECONNECTION', 'ESOCKET', 'ETIMEDOUT', 'EDNS', 'ECONNREFUSED'])

const codeOf = ({ code = '', command = '', message }: MailError) => {
  if (code === 'EAUTH') return 'mail-sign-in'
  if (code === 'ETLS' || (code === 'ESOCKET' && NO_SAFE_CONNECTION.test(message))) return 'mail-not-safe'
  if (UNREACHABLE.has(code)) return 'mail-unreachable'
  if (code === 'EENVELOPE') return command === 'MAIL FROM' ? 'mail-sender' : 'mail-recipients'
  return 'mail-refused'
}

/** `host` is the mail server's name. */
export const toMailFailure = (thrown: unknown, host: string): AppError => {
  const error: MailError = thrown instanceof Error ? thrown : { message: String(thrown) }
  const why = error.response ?? error.message
  return new AppError('delivery-failed', sayAlone(codeOf(error), { host, why }), { cause: thrown })
}

/** Sent, but not to all: it must not be sent again to those who have it. */
export const toPartFailure = (recipients: readonly string[], why: string, host: string): AppError =>
  new AppError('delivery-failed', sayAlone('mail-some-recipients', { host, list: recipients.join(', '), why }), {
    details: { sent: true },
  })

export const wasSent = ({ details }: AppError): boolean => details['sent'] === true
