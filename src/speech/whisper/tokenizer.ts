/**
 * Whisper's tokens back to text, from a `tokenizer.json` of the public hub. Decoding only: nothing here makes tokens.
 *
 * Tokens are byte-level: one may end inside a UTF-8 sequence, so text is only ever made from whole sequences.
 */
import { readFile } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { z } from 'zod'

const TokenizerFile = z.object({
  model: z.object({ vocab: z.record(z.string(), z.number().int().nonnegative()) }),
  added_tokens: z.array(z.object({ id: z.number().int().nonnegative(), content: z.string() })),
})

export interface WhisperTokenizer {
  /** Bytes of a text token; empty for special tokens and timestamps. */
  bytes(token: number): Uint8Array
  /** Text of the tokens; special tokens are left out, broken UTF-8 is dropped. */
  decode(tokens: readonly number[]): string
  /** Id of a special token such as `<|transcribe|>`. */
  special(content: string): number | undefined
}

/** Reads `tokenizer.json`. Fails with `speech-model-invalid`. */
export const loadTokenizer = async (path: string): Promise<WhisperTokenizer> => {
  try {
    return createTokenizer(TokenizerFile.parse(JSON.parse(await readFile(path, 'utf8'))))
  } catch (cause) {
    throw new AppError('speech-model-invalid', 'The speech model’s tokenizer cannot be read', {
      cause,
      details: { file: path },
    })
  }
}

export const createTokenizer = (file: z.infer<typeof TokenizerFile>): WhisperTokenizer => {
  const specials = new Map(file.added_tokens.map((token) => [token.content, token.id]))
  const specialIds = new Set(specials.values())
  const byteOf = bytesByCharacter()
  const table: Uint8Array[] = []
  for (const [text, id] of Object.entries(file.model.vocab)) {
    if (!specialIds.has(id)) table[id] = Uint8Array.from([...text].flatMap((character) => byteOf.get(character) ?? []))
  }
  const none = new Uint8Array(0)
  const bytes = (token: number): Uint8Array => table[token] ?? none
  return {
    bytes,
    decode: (tokens) => decodeUtf8(concatenate(tokens.map(bytes))),
    special: (content) => specials.get(content),
  }
}

/** GPT-2's printable stand-ins for the 256 bytes. */
const bytesByCharacter = (): Map<string, number> => {
  const characters = new Map<string, number>()
  let next = 256
  for (let byte = 0; byte < 256; byte += 1) {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
    characters.set(String.fromCodePoint(printable ? byte : next), byte)
    if (!printable) next += 1
  }
  return characters
}

export const concatenate = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** What is not valid UTF-8 disappears instead of becoming a replacement character. */
export const decodeUtf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8').decode(bytes).replaceAll('\uFFFD', '')
