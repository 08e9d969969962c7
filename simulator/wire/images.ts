// Image generation at OpenAI and Together: as base64 or URL.
import type { Reply } from '../types.ts'
import { WireFailure } from '../types.ts'
import { json, readJson, requireModel } from '../exchange.ts'
import type { Exchange } from '../exchange.ts'
import { toNumber, toText } from '../json.ts'
import { countTokens } from '../tokens.ts'
import { drawPng } from './png.ts'

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
