// Image generation: a small PNG whose colour follows from the prompt, as base64 or URL.
import { deflateSync, crc32 } from 'node:zlib'
import type { Reply } from '../types.ts'
import { WireFailure } from '../types.ts'
import { json, readJson, requireModel } from '../exchange.ts'
import type { Exchange } from '../exchange.ts'
import { toNumber, toText } from '../json.ts'
import { countTokens, hashNumber } from '../tokens.ts'

const SIZE = 32

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

const drawPng = (seed: string): Buffer => {
  const color = hashNumber(seed)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(SIZE, 0)
  header.writeUInt32BE(SIZE, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const pixel = [color & 255, (color >> 8) & 255, (color >> 16) & 255]
  const row = Buffer.from([0, ...Array.from({ length: SIZE }, () => pixel).flat()])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: SIZE }, () => row)))
  const magic = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([magic, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

export const images = (exchange: Exchange): Reply => {
  const body = readJson(exchange)
  const model = toText(body['model'])
  const prompt = toText(body['prompt'])
  const facts = requireModel(exchange, model, 'image')
  if (facts.kind !== 'image')
    throw new WireFailure('invalid-request', {
      message: `The model '${model}' does not support image generation.`,
      parameter: 'model',
    })
  if (prompt === '') throw new WireFailure('missing-parameter', { parameter: 'prompt' })
  const format = toText(body['response_format'])
  if (exchange.provider === 'openai' && /^gpt-image|^chatgpt-image/.test(facts.id) && format !== '') {
    throw new WireFailure('unsupported-parameter', {
      parameter: 'response_format',
      message: "Unknown parameter: 'response_format'.",
    })
  }
  exchange.charge(model, countTokens(prompt))
  const count = Math.min(10, toNumber(body['n']) ?? 1)
  const inline = exchange.provider === 'openai' || format === 'base64'
  const data = Array.from({ length: count }, (_, index) => {
    const png = drawPng(`${prompt} ${index}`).toString('base64')
    const picture = inline ? { b64_json: png } : { url: `data:image/png;base64,${png}` }
    return exchange.provider === 'together' ? { index, ...picture, timings: { inference: 0.4 } } : picture
  })
  if (exchange.provider === 'together') return json(200, { id: 'oimg-sim', model, object: 'list', data })
  const tokens = countTokens(prompt)
  return json(200, {
    created: Math.floor(exchange.world.now() / 1000),
    data,
    usage: {
      input_tokens: tokens,
      input_tokens_details: { image_tokens: 0, text_tokens: tokens },
      output_tokens: 196 * count,
      total_tokens: tokens + 196 * count,
    },
  })
}
