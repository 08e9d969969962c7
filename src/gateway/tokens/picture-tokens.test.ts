import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { row } from '../testing/scripted-caller.ts'
import type { ImagePart } from '../types/messages.ts'
import type { ChatRequest } from '../types/requests.ts'
import { createCalibration } from './calibration.ts'
import { createTokenCounter } from './counter.ts'
import { pictureSize } from './picture-size.ts'
import { pictureCounter, pictureRule, pictureTokens } from './picture-tokens.ts'

/** Headers as cameras and programs write them; what follows them is of no account. */
const png = (width: number, height: number): Buffer => {
  const bytes = Buffer.alloc(33)
  bytes.write('89504e470d0a1a0a0000000d49484452', 'hex')
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  return bytes
}
/** With `before` bytes of previews and profiles ahead of its size. */
const jpeg = (width: number, height: number, before = 0): Buffer => {
  const segment = (marker: number, data: Buffer): Buffer => {
    const head = Buffer.from([0xff, marker, 0, 0])
    head.writeUInt16BE(data.length + 2, 2)
    return Buffer.concat([head, data])
  }
  const frame = Buffer.alloc(15)
  frame[0] = 8
  frame.writeUInt16BE(height, 1)
  frame.writeUInt16BE(width, 3)
  const app = Array.from({ length: Math.ceil(before / 60_000) }, () => segment(0xe2, Buffer.alloc(60_000)))
  return Buffer.concat([Buffer.from([0xff, 0xd8]), segment(0xe0, Buffer.alloc(14)), ...app, segment(0xc0, frame)])
}
const gif = (width: number, height: number): Buffer => {
  const bytes = Buffer.alloc(20)
  bytes.write('GIF89a')
  bytes.writeUInt16LE(width, 6)
  bytes.writeUInt16LE(height, 8)
  return bytes
}
const webp = (width: number, height: number): Buffer => {
  const bytes = Buffer.alloc(40)
  bytes.write('RIFF')
  bytes.writeUInt32LE(32, 4)
  bytes.write('WEBPVP8X', 8)
  bytes.writeUInt32LE(10, 16)
  bytes.writeUIntLE(width - 1, 24, 3)
  bytes.writeUIntLE(height - 1, 27, 3)
  return bytes
}
const asPart = (bytes: Buffer, detail?: ImagePart['detail']): ImagePart => ({
  type: 'image',
  source: { base64: bytes.toString('base64'), mediaType: 'image/x' },
  ...(detail && { detail }),
})

test.each([
  ['PNG', png(1_024, 768)],
  ['JPEG', jpeg(1_024, 768)],
  ['JPEG with a preview and a colour profile', jpeg(1_024, 768, 200_000)],
  ['GIF', gif(1_024, 768)],
  ['WebP', webp(1_024, 768)],
])('the size of a %s is read from its header, as bytes and as a data URL', (_name, bytes) => {
  expect(pictureSize(asPart(bytes))).toEqual({ width: 1_024, height: 768 })
  const url = `data:image/x;base64,${bytes.toString('base64')}`
  expect(pictureSize({ type: 'image', source: { url } })).toEqual({ width: 1_024, height: 768 })
})

test('what is an address, cut off, or no picture has no size', () => {
  expect(pictureSize({ type: 'image', source: { url: 'https://example.com/cat.png' } })).toBeNull()
  for (const bytes of [png(10, 10).subarray(0, 12), jpeg(10, 10).subarray(0, 20), Buffer.alloc(0), png(0, 10)])
    expect(pictureSize(asPart(bytes))).toBeNull()
  for (const bytes of [deflateSync(Buffer.alloc(5_000)), Buffer.from('<svg width="9" height="9"/>')])
    expect(pictureSize(asPart(bytes))).toBeNull()
})

/** What the providers counted, or say in their examples. */
test.each([
  // “A 1024 x 1024 square image in detail: high mode costs 765 tokens”, “A 2048 x 4096 image … 1105”, “low … 85”.
  ['openai/gpt-4o', 1_024, 1_024, 'high', 765],
  ['openai/gpt-4o', 2_048, 4_096, 'high', 1_105],
  ['openai/gpt-4o', 4_096, 8_192, 'low', 85],
  ['openai/gpt-4o-mini', 1_024, 1_024, 'auto', 25_501],
  ['openai/gpt-5-2025-08-07', 1_024, 1_024, 'auto', 630],
  ['openai/o3', 1_024, 1_024, 'auto', 675],
  // “1024 x 1024: 1024 tokens”, times 1.62.
  ['openai/gpt-4.1-mini', 1_024, 1_024, 'auto', 1_659],
  ['openai/gpt-6-astra', 256, 256, 'auto', 77],
  ['openai/gpt-6-astra', 1_920, 1_080, 'auto', 2_448],
  ['openai/gpt-6-astra', 4_032, 3_024, 'auto', 14_364],
  ['anthropic/claude-opus-5-5', 1_024, 1_024, 'auto', 1_369],
  ['anthropic/claude-opus-5-5', 1_920, 1_080, 'auto', 2_691],
  ['anthropic/claude-haiku-4-5', 1_280, 720, 'auto', 1_196],
  ['gemini/gemini-3.6-flash', 256, 256, 'auto', 1_120],
  ['gemini/gemini-2.5-flash', 384, 384, 'auto', 258],
  ['gemini/gemini-2.5-flash', 960, 540, 'auto', 1_548],
] as const)('%s: %i × %i at %s takes %i tokens', (model, width, height, detail, tokens) => {
  const [provider = '', key = ''] = model.split('/')
  expect(pictureTokens(pictureRule({ provider, key }), { width, height }, detail)).toBe(tokens)
})

/** Counts of one picture of this size, without the words around it. */
test.each([
  ['openai/gpt-6-astra', 4_032, 3_024, 'high', 2_942],
  ['openai/gpt-5.5', 4_032, 3_024, 'auto', 11_868],
  ['openai/gpt-5.4-mini', 1_600, 1_600, 'auto', 3_000],
  ['openai/gpt-5-mini', 1_600, 1_600, 'auto', 1_826],
  ['anthropic/claude-sonnet-5-5', 4_032, 3_024, 'auto', 3_928],
  ['anthropic/claude-haiku-4-5', 4_032, 3_024, 'auto', 1_596],
  ['gemini/gemini-3.8-flash', 1_920, 1_080, 'auto', 1_101],
] as const)(
  '%s: of %i × %i at %s no less than the %i that were counted, and not twice as much',
  (model, width, height, detail, counted) => {
    const [provider = '', key = ''] = model.split('/')
    const tokens = pictureTokens(pictureRule({ provider, key }), { width, height }, detail)
    expect(tokens).toBeGreaterThanOrEqual(counted)
    expect(tokens).toBeLessThan(2.3 * counted)
  },
)

test('a picture by address takes the upper bound of the rule, and no smaller one takes more', () => {
  const url: ImagePart = { type: 'image', source: { url: 'https://example.com/photo.jpg' } }
  for (const name of [
    'openai/gpt-4o',
    'openai/gpt-4.1-nano',
    'openai/gpt-6-sol',
    'anthropic/claude-opus-5',
    'gemini/gemini-2.5-pro',
    'ollama/llava',
  ]) {
    const count = pictureCounter(row(name))
    const most = count(url)
    for (const [width, height] of [
      [4_000, 3_000],
      [2_048, 700],
      [1_080, 1_920],
      [100, 100],
    ] as const)
      expect(count(asPart(png(width, height))), `${name} ${width}`).toBeLessThanOrEqual(most)
  }
})

test('a picture’s tokens stand beside the words, by the model that reads it, and teach nothing about words', () => {
  const calibration = createCalibration()
  const counter = createTokenCounter({ calibration })
  const words = 'word '.repeat(400)
  const ask = (content: ChatRequest['messages'][number]['content']): ChatRequest => ({
    model: 'any',
    messages: [{ role: 'user', content }],
  })
  const picture = asPart(png(1_024, 1_024))
  const both = ask([{ type: 'text', text: words }, picture])
  for (const [name, tokens] of [
    ['openai/gpt-4o', 765],
    ['anthropic/claude-opus-5', 1_369],
  ] as const) {
    const model = row(name)
    expect(counter.request(model, both) - counter.request(model, ask(words))).toBe(tokens)
    counter.observe(model, both, 100)
  }
  expect(calibration.evidence()).toEqual([])
})
