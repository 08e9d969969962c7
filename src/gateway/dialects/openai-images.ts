/** OpenAI's `/images/generations`, also at Together. */
import { toArray, toObject, toText } from '../../lib/json.ts'
import type { Exchange, ImageResult } from '../provider.ts'
import type { ImageRequest } from '../types/requests.ts'
import { WireError } from './wire-error.ts'
import { NO_USAGE, readOpenAiUsage } from './usage.ts'
import { withoutUndefined } from './without-undefined.ts'

export const openAiImages: Exchange<ImageRequest, ImageResult> = {
  encode: (request, { model }) => ({
    method: 'POST',
    path: '/images/generations',
    body: withoutUndefined({ model: model.key, prompt: request.prompt, n: request.count, size: request.size }),
    notes: [],
  }),
  decode: (body) => {
    const answer = toObject(body)
    const format = toText(answer['output_format']) ?? 'png'
    const images = toArray(answer['data']).flatMap((value): ImageResult['images'][number][] => {
      const { url, b64_json: base64 } = toObject(value)
      if (typeof base64 === 'string') return [{ base64, mediaType: `image/${format}` }]
      return typeof url === 'string' ? [{ url }] : []
    })
    if (images.length === 0) throw new WireError('output-empty', 'the answer holds no image')
    return { images, usage: readOpenAiUsage(answer['usage']) ?? NO_USAGE, servedModel: toText(answer['model']) || null }
  },
}
