/** Images out of Gemini's `generateContent`: they are inline data among the parts. */
import { toArray, toObject, toText } from '../../lib/json.ts'
import type { Exchange, ImageResult } from '../provider.ts'
import type { ImageRequest } from '../types/requests.ts'
import { readGeminiEnding, readGeminiUsage } from './gemini-decode.ts'
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
    // An image that came is an answer, however its stop is called; without one the stop says why.
    const ending = images.length === 0 ? readGeminiEnding(answer) : {}
    return {
      images,
      ...ending,
      usage: readGeminiUsage(answer['usageMetadata']) ?? NO_USAGE,
      servedModel: toText(answer['modelVersion']) || null,
    }
  },
}
