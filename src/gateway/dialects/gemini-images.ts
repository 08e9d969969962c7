/** Images out of Gemini's `generateContent`: they are inline data among the parts. */
import { toArray, toObject, toText } from '../../lib/json.ts'
import type { Exchange, ImageResult } from '../provider.ts'
import type { ImageRequest } from '../types.ts'
import { WireError } from './failure.ts'
import { readGeminiUsage } from './gemini-decode.ts'
import { geminiPath } from './gemini-encode.ts'
import { NO_USAGE } from './usage.ts'
import { withoutUndefined } from './without-undefined.ts'

export const geminiImages: Exchange<ImageRequest, ImageResult> = {
  encode: (request, { model }) => ({
    method: 'POST',
    path: geminiPath(model.key, 'generateContent'),
    body: {
      contents: [{ role: 'user', parts: [{ text: request.prompt }] }],
      generationConfig: withoutUndefined({ responseModalities: ['IMAGE'], candidateCount: request.count }),
    },
    notes: [],
  }),
  decode: (body) => {
    const answer = toObject(body)
    const parts = toArray(answer['candidates']).flatMap((one) => toArray(toObject(toObject(one)['content'])['parts']))
    const images = parts.flatMap((part) => {
      const inline = toObject(toObject(part)['inlineData'])
      const base64 = toText(inline['data'])
      return base64 === null ? [] : [{ base64, mediaType: toText(inline['mimeType']) ?? 'image/png' }]
    })
    if (images.length === 0) throw new WireError('output-empty', 'the answer holds no image')
    return {
      images,
      usage: readGeminiUsage(answer['usageMetadata']) ?? NO_USAGE,
      servedModel: toText(answer['modelVersion']) || null,
    }
  },
}
