/** OpenAI's tokenizers, loaded when a model of its families is first met (each takes some 50 MB and 200 ms). */
import type { ModelRow } from '../types/models.ts'
import type { TokenizerOf } from './counter.ts'
import type { CountText } from './estimate.ts'

type Encoding = 'o200k' | 'cl100k'

const load = async (encoding: Encoding): Promise<CountText> => {
  const { countTokens } =
    encoding === 'o200k'
      ? await import('gpt-tokenizer/encoding/o200k_base')
      : await import('gpt-tokenizer/encoding/cl100k_base')
  return (text) => countTokens(text)
}

/** Provider's data, not a list of models: whose tokenizer is public, and the families that still use the older one. */
const OLDER_FAMILIES = /^(?:gpt-4(?:-|$)|gpt-3\.5|text-embedding)/

const encodingOf = (row: ModelRow): Encoding | null => {
  if (row.provider === 'openai') return OLDER_FAMILIES.test(row.key) ? 'cl100k' : 'o200k'
  return row.key.includes('gpt-oss') ? 'o200k' : null
}

/** Until the tokenizer is there the answer is null, so nobody waits for it. */
export const createTokenizers = (): TokenizerOf => {
  const loaded = new Map<Encoding, CountText | null>()
  return (row) => {
    const encoding = encodingOf(row)
    if (encoding === null) return null
    const known = loaded.get(encoding)
    if (known !== undefined) return known
    loaded.set(encoding, null)
    load(encoding).then(
      (count) => void loaded.set(encoding, count),
      () => {},
    )
    return null
  }
}
