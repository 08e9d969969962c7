/**
 * Every sentence of ours that says why a model was taken, passed over or doubted, as one table.
 *
 * Sentences are made from it (`sayReason`) and read back by it (`readReason`), so that they travel as plain English through
 * libraries, logs and tables, and still reach a page as a code with parameters, to be said there in the reader's language.
 * What is not in the table is somebody else's words, a provider's or a person's, and stays as it is.
 */

import { ERRORS } from './errors.ts'

export const REASONS = Object.freeze({
  // Whether a model can take a request
  'unfit-operation': 'it does no {{operation}}',
  'unfit-modality': 'it takes no {{modality}}',
  'unfit-capability': 'it offers no {{capability}}',
  'unfit-parameter': 'it does not take {{parameter}}',
  'unfit-context': 'about {{tokens}} tokens do not fit its {{limit}}',
  'unfit-output': 'it writes at most {{limit}} tokens',
  'switched-off': 'it is switched off',
  unknown: 'the catalog has no such model',
  'unknown-named': 'the catalog has no model “{{model}}”',
  'not-asked': '{{model}} was not asked: {{why}}',
  'nobody-left': 'no model of the catalog can take this request',

  // Why it may not be paid
  'needs-credits': 'this needs {{needed}} credits; {{available}} are free',
  'needs-budget': 'this needs {{needed}} credits; the budget of the month has {{left}} left',

  // Why it is switched off
  'removed-not-listed': 'not in {{provider}}’s list since {{day}}',
  'removed-not-in-list': 'not in {{provider}}’s list of {{day}}',
  'removed-retired-own': 'retired by its provider on {{day}}',
  'removed-retired': 'retired by {{provider}} on {{day}}',
  'removed-shut-down': 'shut down by {{provider}} on {{day}}',
  'removed-shut-down-list': 'shut down by {{provider}}; not in its list of {{day}}',
  'removed-needs-endpoint':
    'listed by {{provider}} on {{day}}, but not among the models that it serves without a dedicated endpoint',
  'removed-unconfirmed': 'listed, but not yet seen to answer. Test it to switch it on.',
  'removed-errors': 'it failed {{failures}} of {{requests}} times ({{percent}} %) since {{moment}} UTC',
  'removed-by': 'switched off by {{name}}',
  'not-in-list': 'not in the provider’s list',
  'no-longer-in-catalog': 'it is no longer in the catalog',

  // Why it may be switched on again
  'listed-again': '{{provider}} lists it again since {{day}}. It was off: {{why}}',
  'answers-again': 'it answered {{count}} probes in a row',

  // Whether it can be asked now
  'not-set-up': '{{provider}} is not set up',
  'no-key': 'no key is set for {{provider}}',
  resting: '{{model}} is resting after failures',
  'key-resting': 'the key “{{key}}” rests for {{seconds}} s: {{why}}',
  'more-than-a-minute': '{{model}} takes fewer tokens a minute than this request has',
  'rate-used-up': 'the rate limit of {{model}} is used up',
  'others-first': '{{model}} has not answered those before',
  'not-served': '{{provider}} did not serve it when it was asked',
  'not-listed-unseen': '{{provider}} does not list it, and nobody has seen it answer',
  'not-listed': '{{provider}} does not list it now',
  'listed-unseen': '{{provider}} lists it, but nobody has seen it answer',
  'lists-nothing': '{{provider}} lists nothing at all just now',
  'cannot-be-asked': '{{provider}} cannot be asked now: {{why}}',
  'engine-not-installed': 'not installed on this server',
  'not-usable': 'it cannot be used now',

  // Why it was taken
  chosen: 'chosen',
  'last-resort': 'last resort',
  'next-in-request': 'next in the list of the request',
  'next-in-chain': 'next in the chain ({{chain}})',
  'same-provider': 'same provider as {{model}}, costs no more',
  nearest: 'nearest to {{model}} at another provider',
  'auto-first': 'auto: {{preference}} ({{standing}})',
  'auto-next': 'auto: next {{preference}} ({{standing}})',
  'auto-explored': 'auto: tried to learn about it ({{standing}})',
  rollout: 'rollout: {{candidate}} answers {{percent}} % of users in place of {{control}}',
  'standing-new': 'not measured yet',
  'standing-one': '{{percent}} % errors in 1 request, at worst {{worst}} %',
  'standing-errors': '{{percent}} % errors in {{requests}} requests, at worst {{worst}} %',
  'standing-failing': 'passed over while it fails: {{standing}}',
  'standing-multiplier': 'multiplier {{multiplier}}, {{standing}}',
  'standing-speed-one': '{{milliseconds}} ms on average over 1 request',
  'standing-speed': '{{milliseconds}} ms on average over {{requests}} requests',

  // Why a message did not go
  'mail-sign-in': 'the mail server {{host}} refuses the user name or the password of SMTP_URL: {{why}}',
  'mail-unreachable': 'the mail server {{host}} cannot be reached: {{why}}',
  'mail-not-safe':
    'no safe connection (TLS) to the mail server {{host}}; check port, smtp:// or smtps://, and its certificate: {{why}}',
  'mail-sender': 'the mail server {{host}} takes no mail from this sender; check MAIL_FROM: {{why}}',
  'mail-recipients': 'the mail server {{host}} takes no mail for these recipients: {{why}}',
  'mail-some-recipients': 'it went to the others, but the mail server {{host}} takes no mail for {{list}}: {{why}}',
  'mail-refused': 'the mail server {{host}} did not take it: {{why}}',
  'receiver-unreachable': 'the receiver {{host}} cannot be reached: {{why}}',
  'receiver-refused': 'the receiver {{host}} answered with status {{status}}',

  // What speaks against an answer; after “it” or “Part 3 of 5”
  'sign-shorter': 'is much shorter than what was said ({{percent}} %)',
  'sign-longer': 'is much longer than what was said ({{percent}} %)',
  'sign-numbers': 'lacks numbers that were said ({{list}})',
  'sign-names': 'lacks names that were said ({{list}})',
  'sign-talk': 'begins like an answer of the model, not like what was said',
  'sign-invented': 'says other things than what was said ({{percent}} % of its words were said)',
  'sign-untranslated': 'is still in the language that was spoken',
  'sign-lines': 'lacks {{missing}} of its {{lines}} lines',
  'sign-echo': 'leaves {{lines}} lines as they were said',
  'sign-repeated': 'says {{lines}} lines twice',
  'sign-first': 'lacks the first sentence',
  'sign-last': 'lacks the last sentence',
  'sign-both': 'lacks the first and the last sentence',
  'sign-times': 'cites times that are not in it ({{missing}} of {{lines}})',
  'sign-terms': 'has key terms that were not said ({{list}})',
  'sign-outline': 'has no outline',
  'failed-check': 'its answer failed the check: it {{sign}}',
  'wrong-form': 'its answer did not have the asked form',
  'doubted-part': 'part {{part}} of {{parts}} {{sign}}; compare it.',

  // Parts that are missing
  'missing-enhanced': 'part {{part}} of {{parts}} (“{{beginning}}”) is not enhanced: {{error}}.',
  'missing-summary': 'part {{part}} of {{parts}} (“{{beginning}}”) is not in the summary: {{error}}.',
  'missing-notes': 'part {{part}} of {{parts}} (“{{beginning}}”) is not in the notes: {{error}}.',
  'missing-translation': 'part {{part}} of {{parts}} (“{{beginning}}”) is not translated: {{error}}.',
  'missing-lines': '{{count}} lines are not translated; the first is at {{time}} (“{{beginning}}”).',

  // Notes of an answer
  'parameter-dropped': '{{model}} does not take {{parameter}}; it was left out.',
  'parameter-dropped-effort': '{{model}} takes {{parameter}} only at effort "{{effort}}"; it was left out.',
  'parameter-dropped-thinking': '{{model}} does not take {{parameter}} while it thinks; it was left out.',
  'no-room-to-think': '{{model}} has {{tokens}} tokens for its answer, too few to think first; it answered at once.',
  'stop-shortened': '{{model}} takes at most {{limit}} stop sequences; {{count}} were left out.',
  'stop-blank': '{{model}} takes no stop sequences of blanks alone; {{count}} were left out.',
  'parameter-learned': '{{model}} does not take {{parameter}}; it was left out, and will be from now on.',
  'parameter-renamed':
    '{{model}} wants {{parameter}} under the name {{name}}; it was sent so, and will be from now on.',
  'effort-learned': '{{model}} takes tools only at effort "{{effort}}"; it was used, and will be from now on.',
  'effort-changed': '{{model}} knows no effort "{{asked}}"; "{{effort}}" was used.',
  'effort-for-tools': '{{model}} takes tools only at effort "{{effort}}"; it was used.',
  'tools-left-free': '{{model}} cannot be forced to call a tool; it was left free.',
  'tools-left-free-thinking': '{{model}} cannot be forced to call a tool while it thinks; it was left free.',
  'asked-to-continue': '{{model}} takes no prefilled answer; it was asked to continue.',
  'output-room': '{{model}} has room for {{tokens}} output tokens; {{limit}} were asked for.',
  truncated: '{{model}} stopped at its output limit; the text is not whole.',
  'truncated-at': '{{model}} stopped at its output limit of {{limit}} tokens; the text is not whole.',
  'broke-off': '{{other}} broke off; {{model}} wrote the rest.',
  'goes-on': 'the answer broke off; {{model}} goes on.',
  'usage-estimated': 'the usage is partly our estimate.',
  'read-with-help': 'the answer was read with help: {{list}}.',
  'several-models': 'parts were made by {{list}}.',
  'seams-mended': '{{count}} sentences that a model repeated where parts meet were taken out.',
  'words-removed': '{{count}} words were left out.',
  'more-terms': '{{count}} more key terms were found than are listed.',
  'more-questions': '{{count}} more questions were found than are listed.',
  'stands-in': '{{candidate}} answers in place of {{control}}',

  // How a call failed, where the provider said nothing
  'no-connection': 'the provider took no connection within {{seconds}} s',
  'no-answer': 'the provider did not begin to answer within {{seconds}} s',
  'no-content': 'the provider sent no content within {{seconds}} s',
  'stopped-sending': 'the provider stopped sending within {{seconds}} s',
  'not-done': 'the provider was not done within {{seconds}} s',
  'out-of-time': 'no answer within the {{seconds}} s that the request has',
  unreachable: 'the provider cannot be reached ({{detail}})',
  'connection-closed': 'the provider closed the connection without an answer ({{detail}})',
  'connection-broke': 'the connection broke within the answer ({{detail}})',
  'stream-ended': 'the stream ended before the answer was complete',
  'stream-not-whole': 'the stream ended before the answer was whole',
  'no-explanation': 'status {{status}} without an explanation',
  'answered-nothing': '{{model}} answered with nothing',
  'output-used-up': '{{model}} used up its output before it wrote a word',
  'rest-missing': '{{model}} stopped at its output limit; the rest is missing',
  'wrong-form-of': 'the answer of {{model}} does not have the asked form: {{detail}}',
  'refused-content': '{{model}} refused the content without a reason',
  'too-long-for': 'about {{tokens}} tokens do not fit the {{limit}} of {{model}}',
  'web-page': 'the answer is a web page',
  'not-json': 'the answer is not JSON',
  'empty-answer': 'the answer is empty',
  cancelled: 'it was cancelled before it was finished',
  // What is wrong with a template
  'no-variable': '{{name}} is no variable; there are {{list}}',
  'no-counterpart': '{{name}} has no counterpart',
  'only-translations': '{{name}} has a value in translations only',

  // Where a value of the catalog is from
  'source-list': 'list of {{provider}}',
  'source-provider-list': 'provider list {{day}}',
  'source-refusal': 'a refusal of the provider',
  'source-refusals': 'refusals: an input of {{tokens}} was refused, {{limit}} was answered',
  'source-answered': 'a request of {{tokens}} was answered',
  'source-documentation': 'provider documentation, autumn 2026',
  'source-first': 'first catalog of this software',
  'source-rules': 'rules of this software',

  // What the built-in rules cannot do
  'rules-make-no': '{{name}} makes no {{kind}}; choose an AI model for this',
  'rules-no-templates': '{{name}} follows no templates; choose an AI model for this',
  'rules-no-instructions': '{{name}} follows no instructions; choose an AI model for this',
  'rules-not-formal': '{{name}} cannot rewrite a text formally; choose an AI model for this',
  'rules-no-tasks': '{{name}} cannot tell tasks from other sentences; choose an AI model for this',
} as const satisfies Record<string, string>)

export type ReasonCode = keyof typeof REASONS

type Names<Template extends string> = Template extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Names<Rest>
  : never
type ParametersOf<Code extends ReasonCode> = Readonly<Record<Names<(typeof REASONS)[Code]>, string | number>>
type Given<Code extends ReasonCode> =
  Names<(typeof REASONS)[Code]> extends never ? readonly [] : readonly [parameters: ParametersOf<Code>]

/** A sentence as data. A parameter that is a sentence of the table itself is one again. */
export interface Reason {
  readonly code: ReasonCode
  readonly parameters: Readonly<Record<string, string | number | Reason>>
}

const PLACE = /\{\{(\w+)\}\}/u
/** Text and names in turn. */
const PIECES: ReadonlyMap<ReasonCode, readonly string[]> = new Map(
  (Object.keys(REASONS) as ReasonCode[]).map((code) => [code, REASONS[code].split(PLACE)]),
)

/** The sentence in English, to stand after a colon. */
export const sayReason = <Code extends ReasonCode>(code: Code, ...[parameters]: Given<Code>): string => {
  const values = (parameters ?? {}) as Readonly<Record<string, string | number>>
  return (PIECES.get(code) ?? []).map((piece, at) => (at % 2 === 0 ? piece : String(values[piece]))).join('')
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The same, to stand alone. */
export const sayAlone = <Code extends ReasonCode>(...given: [Code, ...Given<Code>]): string =>
  capital(sayReason(...given))

/** Parameters that are sentences of the table, or else somebody else's words. */
const NESTED: ReadonlySet<string> = new Set(['why', 'sign', 'standing'])
const NUMBERS: ReadonlySet<string> = new Set([
  'tokens',
  'limit',
  'seconds',
  'milliseconds',
  'percent',
  'worst',
  'part',
  'parts',
  'count',
  'requests',
  'failures',
  'missing',
  'lines',
  'multiplier',
  'status',
  'needed',
  'available',
  'left',
])

/** A failure is named by its title in a sentence, and by its code in the data. */
const CODES: ReadonlyMap<string, string> = new Map(Object.entries(ERRORS).map(([code, { title }]) => [title, code]))

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')
const patternOf = (name: string): string => (NUMBERS.has(name) ? '(-?[\\d.e+-]+)' : '(.+)')

interface Reader {
  readonly code: ReasonCode
  readonly pattern: RegExp
  readonly names: readonly string[]
}

/** Those with the most words of their own first: `it is switched off` is no `it is {{…}}`. */
const READERS: readonly Reader[] = [...PIECES]
  .map(([code, pieces]) => {
    const own = pieces.filter((_, at) => at % 2 === 0).join('').length
    const pattern = pieces.map((piece, at) => (at % 2 === 0 ? escaped(piece) : patternOf(piece))).join('')
    return { code, own, pattern: new RegExp(`^${pattern}$`, 'isu'), names: pieces.filter((_, at) => at % 2 === 1) }
  })
  .sort((one, other) => other.own - one.own)

const valueOf = (name: string, said: string): string | number | Reason => {
  if (NUMBERS.has(name)) return Number(said)
  if (name === 'error') return CODES.get(said) ?? said
  return NESTED.has(name) ? (readReason(said) ?? said) : said
}

/** None of ours is longer; matching takes the more time the longer a text is. */
const LONGEST = 800

/** A sentence that was made here as code and parameters; null for somebody else's words. */
export const readReason = (sentence: string): Reason | null => {
  if (sentence.length > LONGEST) return null
  for (const { code, pattern, names } of READERS) {
    const match = pattern.exec(sentence)
    if (match === null) continue
    const parameters = Object.fromEntries(names.map((name, at) => [name, valueOf(name, match[at + 1] ?? '')]))
    return { code, parameters }
  }
  return null
}

/** The message of a failed call: whom it was made to stands before it in some. */
export const readFailure = (message: string, provider: string | null): Reason | null =>
  readReason(message) ??
  (provider !== null && message.startsWith(`${provider}: `) ? readReason(message.slice(provider.length + 2)) : null)
