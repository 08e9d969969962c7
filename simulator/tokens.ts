// A token here is four characters. Real tokenizers differ by model; limits and usage only need to be steady and plausible.
import { hash } from 'node:crypto'

export const CHARACTERS_PER_TOKEN = 4

export const countTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN)

/** Cuts a text into the pieces in which a model would stream it: words with their leading space. */
export const toPieces = (text: string): string[] => text.match(/\s*\S{1,24}|\s+$/gu) ?? []

/** A steady number from a text, for choices that look random and repeat exactly. */
export const hashNumber = (text: string): number => hash('sha256', text, 'buffer').readUInt32BE(0)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const HEX = '0123456789abcdef'

// Ids need to differ, not to be secret: a linear generator is enough and costs nothing in load tests.
let state = (process.pid * 2_654_435_761) >>> 0

const draw = (alphabet: string, length: number): string => {
  let id = ''
  while (id.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    id += alphabet.charAt((state >>> 12) % alphabet.length)
  }
  return id
}

/** An id in the alphabet the providers use. */
export const makeId = (length: number): string => draw(ALPHABET, length)

export const makeHexId = (length: number): string => draw(HEX, length)

export const makeUuid = (): string => makeHexId(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
