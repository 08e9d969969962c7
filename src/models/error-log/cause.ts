/** What failed attempts have in common: a message without what differs from one to the next, and its fingerprint. Pure. */
import { createHash } from 'node:crypto'

export interface FailedAttempt {
  readonly provider: string
  readonly model: string
  readonly code: string
  readonly status: number | null
  /** Without secrets and users' texts. */
  readonly message: string
}

export interface Cause {
  /** 16 hexadecimal digits. */
  readonly fingerprint: string
  readonly message: string
}

const LONGEST = 300

/** In this order: a part that one pattern took is no longer seen by the next. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/\S+/g, '<address>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b(?:req|chatcmpl|msg|resp|org|run|call)[-_][A-Za-z0-9_-]{6,}/g, '<id>'],
  [/\b(?=[0-9a-z]*\d)(?=[0-9a-z]*[a-z])[0-9a-z]{16,}\b/gi, '<id>'],
  [/\d+(?:[.,:]\d+)*(?:ms|[smh]\b)?/g, '<n>'],
  [/\s+/g, ' '],
]

/** Names with a digit in them (of models, for one) would turn into `<n>` here and there: the whole name goes first. */
const withoutName = (message: string, name: string): string =>
  name.length < 3 ? message : message.replaceAll(name, '<model>')

export const toCause = ({ provider, model, code, status, message }: FailedAttempt): Cause => {
  const bare = VARYING.reduce((text, [pattern, sign]) => text.replace(pattern, sign), withoutName(message, model))
  const common = bare.trim().slice(0, LONGEST)
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([provider, code, status, common]))
    .digest('hex')
    .slice(0, 16)
  return { fingerprint, message: common }
}
