/**
 * Five minutes of distinct real speech with its text, made from Debian's packages `asterisk-core-sounds-en-wav` (prompts
 * read by one professional voice, 8 kHz) and `asterisk-core-sounds-en` (their texts), CC BY-SA 3.0. Nothing of it is kept
 * in the repository.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const SAMPLE_RATE = 16_000
const GAP_SECOND = 0.5
const DIRECTORIES = ['/usr/share/asterisk/sounds/en_US_f_Allison', '/usr/share/asterisk/sounds/en']
const TEXTS = '/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz'

export interface Corpus {
  /** 16 kHz mono samples. */
  readonly samples: Int16Array
  readonly text: string
  readonly prompts: number
}

/** Prompts of at least four words whose text is spoken as written; `undefined` when the packages are not installed. */
export const asteriskCorpus = (seconds: number, ffmpegPath = 'ffmpeg'): Corpus | undefined => {
  const directory = DIRECTORIES.find((path) => existsSync(path))
  if (directory === undefined || !existsSync(TEXTS)) return undefined
  const gap = new Int16Array(GAP_SECOND * SAMPLE_RATE)
  const parts: Int16Array[] = []
  const texts: string[] = []
  let length = 0
  for (const { name, text } of promptTexts(gunzipSync(readFileSync(TEXTS)).toString('utf8'))) {
    const path = join(directory, `${name}.wav`)
    if (!existsSync(path)) continue
    const samples = decode(path, ffmpegPath)
    parts.push(samples, gap)
    texts.push(text)
    length += samples.length + gap.length
    if (length >= seconds * SAMPLE_RATE) break
  }
  return { samples: join16(parts, length), text: texts.join(' '), prompts: texts.length }
}

const promptTexts = (list: string): { name: string; text: string }[] => {
  const seen = new Set<string>()
  return list.split('\n').flatMap((line) => {
    const match = /^([\w-]+): (.+)$/.exec(line.trim())
    const [, name, text] = match ?? []
    if (name === undefined || text === undefined) return []
    const unclear = /[[\]()<>*&/]|\.\.\./.test(text) || text.split(' ').length < 4 || seen.has(text)
    seen.add(text)
    return unclear ? [] : [{ name, text }]
  })
}

const decode = (path: string, ffmpegPath: string): Int16Array => {
  const options = ['-nostdin', '-v', 'error', '-i', path, '-ac', '1', '-ar', String(SAMPLE_RATE), '-f', 's16le', '-']
  const bytes = execFileSync(ffmpegPath, options, { maxBuffer: 1 << 28 })
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length - (bytes.length % 2)))
}

const join16 = (parts: readonly Int16Array[], length: number): Int16Array => {
  const all = new Int16Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
