/**
 * The numbers in a refusal for length: the true limit and what was sent, so that routing can choose a target that fits
 * and a wrong row of the catalog can be corrected.
 */
export interface ContextNumbers {
  readonly contextLimit?: number
  readonly given?: number
}

const NUMBER = '(\\d[\\d,_]*)'
const pattern = (text: string): RegExp => new RegExp(text.replaceAll('N', NUMBER), 'i')

/** Which group is the limit and which what was given differs by wording. */
const WORDINGS: readonly { readonly pattern: RegExp; readonly limit: number; readonly given: number }[] = [
  {
    pattern: pattern(
      'maximum context length is N tokens.*?(?:resulted in|requested|you requested|contains) (?:about )?N',
    ),
    limit: 1,
    given: 2,
  },
  { pattern: pattern('maximum context length is N'), limit: 1, given: 0 },
  { pattern: pattern('prompt is too long: N tokens > N maximum'), limit: 2, given: 1 },
  { pattern: pattern('token count \\(N\\) exceeds the maximum number of tokens allowed \\(N\\)'), limit: 2, given: 1 },
  { pattern: pattern('must be <= N. Given: N `inputs` tokens and N'), limit: 1, given: 2 },
  { pattern: pattern('Limit N, (?:Used N, )?Requested N'), limit: 1, given: 3 },
  { pattern: pattern('exceed context limit: N \\+ N > N'), limit: 3, given: 1 },
  // Of the input alone, which is less than the context: the smaller room is the safe one.
  { pattern: pattern('configured limit of N tokens.*?resulted in N'), limit: 1, given: 2 },
  { pattern: pattern('configured limit of N'), limit: 1, given: 0 },
  { pattern: pattern('limit: N,'), limit: 1, given: 0 },
  // Text Generation Inference, xAI, Mistral, Qwen, as servers and proxies pass them on.
  { pattern: pattern('`inputs` must have less than N tokens. Given: N'), limit: 1, given: 2 },
  { pattern: pattern('maximum number of tokens allowed \\(?N'), limit: 1, given: 0 },
  { pattern: pattern('maximum prompt length is N but the request contains N'), limit: 1, given: 2 },
  { pattern: pattern('contains N tokens.*?model with N maximum context length'), limit: 2, given: 1 },
  { pattern: pattern('range of input length should be \\[\\d+, ?N\\]'), limit: 1, given: 0 },
  // A number in brackets after "limit" is a code of the server and no length.
  { pattern: pattern('context (?:length|window|size)(?! exceeds limit \\()[^0-9]{0,40}N'), limit: 1, given: 0 },
]

const toWhole = (digits: string | undefined): number | undefined =>
  digits === undefined ? undefined : Number(digits.replace(/[,_]/g, ''))

/** Limit and given length as far as the text names them. */
export const contextNumbers = (message: string): ContextNumbers => {
  for (const wording of WORDINGS) {
    const match = wording.pattern.exec(message)
    if (match === null) continue
    const contextLimit = toWhole(match[wording.limit])
    const given = wording.given === 0 ? undefined : toWhole(match[wording.given])
    return { ...(contextLimit === undefined ? {} : { contextLimit }), ...(given === undefined ? {} : { given }) }
  }
  return {}
}

/** The same numbers where the limit is a quota of ours and not the model's context. */
export const quotaNumbers = (message: string): { readonly quotaLimit?: number; readonly given?: number } => {
  const { contextLimit, ...rest } = contextNumbers(message)
  return { ...(contextLimit === undefined ? {} : { quotaLimit: contextLimit }), ...rest }
}

const OUTPUT_WORDINGS: readonly RegExp[] = [
  pattern('supports at most N (?:completion|output) tokens'),
  pattern('> N, which is the maximum allowed number of output tokens'),
  pattern('`max_\\w*tokens` must be (?:less than or equal to|<=) `?N'),
]
/** Gemini names the first number that is too high. */
const OUTPUT_BELOW = pattern('supported range is from \\d+ \\(inclusive\\) to N \\(exclusive\\)')

/** The largest output that a refusal of a cap allows. */
export const outputNumbers = (message: string): { readonly outputLimit?: number } => {
  const allowed = OUTPUT_WORDINGS.map((wording) => toWhole(wording.exec(message)?.[1])).find((one) => one !== undefined)
  const below = toWhole(OUTPUT_BELOW.exec(message)?.[1])
  const outputLimit = allowed ?? (below === undefined ? undefined : below - 1)
  return outputLimit === undefined || outputLimit <= 0 ? {} : { outputLimit }
}
