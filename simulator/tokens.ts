// A token here is four characters. Real tokenizers differ by model; limits and usage only need to be steady and plausible.
import { createHash } from 'node:crypto'

export const CHARACTERS_PER_TOKEN = 4

export const countTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN)

/** Cuts a text into the pieces in which a model would stream it: words with their leading space. */
export const toPieces = (text: string): string[] => text.match(/\s*\S{1,24}|\s+$/gu) ?? []

/** A steady number from a text, for choices that look random and repeat exactly. */
export const hashNumber = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

let issued = 0

/** An id nobody got before in this process, in the alphabet the providers use. */
export const makeId = (length: number): string => {
  issued += 1
  const digest = createHash('sha512').update(`${issued}:${process.pid}`).digest()
  return Array.from({ length }, (_, index) => ALPHABET[(digest[index % 64] ?? 0) % ALPHABET.length]).join('')
}

export const makeHexId = (length: number): string => {
  issued += 1
  return createHash('sha512').update(`hex:${issued}:${process.pid}`).digest('hex').slice(0, length)
}

export const makeUuid = (): string => makeHexId(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
