/**
 * What families of models reject or want otherwise, as data. A family is a pattern over ids, so that a dated id, a new
 * snapshot or a fine-tune behaves like its family before anyone has written a row for it.
 *
 * Order: all matching families are merged, later ones win; the row's own rules come last.
 */
import type { ModelRules } from '../types/models.ts'

export interface ModelFamily {
  readonly provider: string
  readonly pattern: RegExp
  readonly rules: ModelRules
}

const PENALTIES = ['frequencyPenalty', 'presencePenalty'] as const
const SAMPLING = ['temperature', 'topP', ...PENALTIES] as const

const OPENAI: readonly ModelFamily[] = [
  {
    provider: 'openai',
    pattern: /^o[134](-|$)/,
    rules: { drop: SAMPLING, efforts: ['low', 'medium', 'high'], systemRole: 'developer' },
  },
  { provider: 'openai', pattern: /^(o3|o4-mini)(-|$)/, rules: { drop: [...SAMPLING, 'stop'] } },
  { provider: 'openai', pattern: /^o1-mini/, rules: { systemRole: 'user' } },
  {
    provider: 'openai',
    pattern: /^gpt-5(-mini|-nano)?(-\d|$)/,
    rules: { drop: SAMPLING, efforts: ['minimal', 'low', 'medium', 'high'], systemRole: 'developer' },
  },
  {
    provider: 'openai',
    pattern: /^gpt-5\.1/,
    rules: {
      drop: PENALTIES,
      efforts: ['none', 'low', 'medium', 'high'],
      samplingNeedsEffort: 'none',
      systemRole: 'developer',
    },
  },
  {
    provider: 'openai',
    pattern: /^gpt-5\.[2-5]/,
    rules: {
      drop: PENALTIES,
      efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
      samplingNeedsEffort: 'none',
      systemRole: 'developer',
    },
  },
  // Tools together with reasoning are served on another path only; at effort none they pass here.
  { provider: 'openai', pattern: /^gpt-5\.[45]/, rules: { toolsNeedEffort: 'none' } },
  {
    provider: 'openai',
    pattern: /^gpt-(5\.6|6)/,
    rules: {
      drop: [...PENALTIES, 'stop'],
      efforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'],
      samplingNeedsEffort: 'none',
      toolsNeedEffort: 'none',
      systemRole: 'developer',
    },
  },
  {
    provider: 'openai',
    pattern: /^(gpt-6-astra|gpt-6\.1-sol)/,
    rules: { drop: [...SAMPLING, 'stop'], efforts: ['low', 'medium', 'high', 'xhigh', 'max'], refuses: ['tools'] },
  },
  { provider: 'openai', pattern: /^gpt-4o(-mini)?-search-preview/, rules: { drop: SAMPLING } },
  { provider: 'openai', pattern: /^gpt-audio/, rules: { schema: 'prompt' } },
]

const ANTHROPIC: readonly ModelFamily[] = [
  { provider: 'anthropic', pattern: /^claude-/, rules: { thinking: 'budget' } },
  {
    provider: 'anthropic',
    pattern: /^claude-[a-z]+-4-6/,
    rules: { thinking: 'adaptive', efforts: ['none', 'low', 'medium', 'high', 'max'], refuses: ['prefill'] },
  },
  // After Opus 4.6: sampling fields are gone, thinking is adaptive, a prefilled turn is refused.
  {
    provider: 'anthropic',
    pattern: /^claude-[a-z]+-(4-[7-9]|[5-9](-|$))/,
    rules: {
      drop: ['temperature', 'topP', 'topK'],
      thinking: 'adaptive',
      efforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'],
      refuses: ['prefill'],
    },
  },
  {
    provider: 'anthropic',
    pattern: /^claude-([a-z]+-5-[5-9]|fable-5)/,
    rules: { efforts: ['low', 'medium', 'high', 'xhigh', 'max'], refuses: ['prefill', 'forced-tool-choice'] },
  },
]

const GEMINI: readonly ModelFamily[] = [
  {
    provider: 'gemini',
    pattern: /^gemini-/,
    rules: { thinking: 'level', efforts: ['minimal', 'low', 'medium', 'high'] },
  },
  { provider: 'gemini', pattern: /^gemini-3\.7-flash|^gemini-[4-9]/, rules: { efforts: ['low', 'medium', 'high'] } },
  { provider: 'gemini', pattern: /^gemini-3(\.\d)?-pro/, rules: { efforts: ['low', 'medium', 'high'] } },
  {
    provider: 'gemini',
    pattern: /^gemini-2\.5/,
    rules: { thinking: 'budget', efforts: ['none', 'minimal', 'low', 'medium', 'high'], schemaWithoutTools: true },
  },
  { provider: 'gemini', pattern: /^gemini-2\.5-pro/, rules: { efforts: ['minimal', 'low', 'medium', 'high'] } },
  { provider: 'gemini', pattern: /^gemini-(1|2\.0)/, rules: { drop: ['reasoning'], schemaWithoutTools: true } },
  {
    provider: 'gemini',
    pattern: /^gemma-/,
    rules: { drop: ['reasoning'], systemRole: 'user', schema: 'prompt', refuses: ['tools'] },
  },
]

const GROQ: readonly ModelFamily[] = [
  { provider: 'groq', pattern: /./, rules: { schemaWithoutTools: true } },
  { provider: 'groq', pattern: /gpt-oss/, rules: { efforts: ['low', 'medium', 'high'], schema: 'native' } },
  // It can be told not to think; otherwise it thinks as it likes, and takes no word for that.
  { provider: 'groq', pattern: /qwen/, rules: { efforts: ['none'] } },
  { provider: 'groq', pattern: /qwen3\.8/, rules: { efforts: ['none', 'low', 'medium', 'high'] } },
  { provider: 'groq', pattern: /^(groq\/)?compound/, rules: { schema: 'prompt' } },
]

const TOGETHER: readonly ModelFamily[] = [
  { provider: 'together', pattern: /./, rules: { efforts: ['low', 'medium', 'high'] } },
]

export const MODEL_FAMILIES: readonly ModelFamily[] = [...OPENAI, ...ANTHROPIC, ...GEMINI, ...GROQ, ...TOGETHER]

/** Two sets of rules as one: lists of what is dropped or refused add up, everything else is replaced. */
export const mergeRules = (first: ModelRules, second: ModelRules): ModelRules => ({
  ...first,
  ...second,
  ...joined('drop', first.drop, second.drop),
  ...joined('refuses', first.refuses, second.refuses),
  ...(first.rename || second.rename ? { rename: { ...first.rename, ...second.rename } } : {}),
  ...(first.force || second.force ? { force: { ...first.force, ...second.force } } : {}),
})

const joined = <Name extends string, Item>(
  name: Name,
  first: readonly Item[] = [],
  second: readonly Item[] = [],
): Partial<Record<Name, readonly Item[]>> =>
  first.length + second.length === 0
    ? {}
    : ({ [name]: [...new Set([...first, ...second])] } as unknown as Partial<Record<Name, readonly Item[]>>)

/** The rules of all families that a model belongs to, then its row's own. */
export const rulesFor = (provider: string, key: string, own: ModelRules = {}): ModelRules =>
  MODEL_FAMILIES.filter((family) => family.provider === provider && family.pattern.test(key))
    .map((family) => family.rules)
    .concat(own)
    .reduce(mergeRules, {})

/** Whether the second set says nothing that the first does not say already. */
export const addsNothing = (known: ModelRules, more: ModelRules): boolean =>
  JSON.stringify(sorted(mergeRules(known, more))) === JSON.stringify(sorted(known))

const sorted = (rules: ModelRules): unknown => Object.entries(rules).toSorted(([a], [b]) => a.localeCompare(b))
