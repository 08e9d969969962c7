/** From the name of a field on the wire to the field of our request. */

/** Wire names that are not simply our names in other letters. */
const SYNONYMS: Readonly<Record<string, string>> = {
  maxTokens: 'maxOutputTokens',
  maxCompletionTokens: 'maxOutputTokens',
  maxNewTokens: 'maxOutputTokens',
  stopSequences: 'stop',
  reasoningEffort: 'reasoning',
  thinking: 'reasoning',
  thinkingConfig: 'reasoning',
  includeReasoning: 'reasoning',
  outputConfig: 'reasoning',
  responseSchema: 'responseFormat',
  responseJsonSchema: 'responseFormat',
  responseMimeType: 'responseFormat',
}

/** Without these there is no request left to make. */
const ESSENTIAL: ReadonlySet<string> = new Set(['model', 'messages', 'contents', 'input'])

/** `generationConfig.top_p` → `topP`; null when the name says nothing that can be taken out. */
export const toRequestField = (wireName: unknown): string | null => {
  if (typeof wireName !== 'string') return null
  const parts = wireName.split('.').filter((part) => part !== 'generationConfig' && part !== 'generation_config')
  const bare = (parts[0] ?? '').replace(/\[.*$/, '')
  const camel = bare.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase())
  if (camel === '' || ESSENTIAL.has(camel)) return null
  return SYNONYMS[camel] ?? camel
}
