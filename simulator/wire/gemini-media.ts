// What Gemini's models for pictures and for transcription answer through generateContent: one part that is no text.
import type { Answer, JsonObject, Reply } from '../types.ts'
import { eventStream, json } from '../exchange.ts'
import type { Transcript } from '../state/script.ts'
import { makeId } from '../tokens.ts'
import { drawPng } from './png.ts'

const IMAGE_TOKENS = 1290

export const toImagePart = (prompt: string): JsonObject => ({
  inlineData: { mimeType: 'image/png', data: drawPng(prompt).toString('base64') },
})

const offset = (seconds: number) => `${seconds.toFixed(3)}s`

/** One part a segment; words only when they were asked for. */
export const toTranscriptionParts = (spoken: Transcript, withWords: boolean): JsonObject[] =>
  spoken.segments.map((segment) => ({
    audioTranscription: {
      text: segment.text.trim(),
      startOffset: offset(segment.start),
      endOffset: offset(segment.end),
      ...(withWords
        ? {
            words: spoken.words
              .filter((word) => word.start >= segment.start && word.end <= segment.end)
              .map((word) => ({ word: word.word, startOffset: offset(word.start), endOffset: offset(word.end) })),
          }
        : {}),
    },
  }))

/** What a refused picture or recording ends with in place of its part. */
const refusal = (isImage: boolean): JsonObject =>
  isImage
    ? {
        finishReason: 'IMAGE_SAFETY',
        finishMessage:
          "Unable to show the generated image. The image was filtered out because it violated Google's Generative AI Prohibited Use policy.",
      }
    : { finishReason: 'SAFETY' }

/** The whole answer, as a body or as a stream of one event. */
export const writeMedia = (model: string, parts: JsonObject[], answer: Answer, stream: boolean): Reply => {
  const { inputTokens, audioTokens } = answer.usage
  const isImage = parts.some((part) => 'inlineData' in part)
  const outputTokens = isImage ? IMAGE_TOKENS : Math.max(1, answer.usage.outputTokens)
  const candidate =
    answer.finish === 'refusal'
      ? { content: { role: 'model' }, ...refusal(isImage) }
      : { content: { parts, role: 'model' }, finishReason: answer.finish === 'length' ? 'MAX_TOKENS' : 'STOP' }
  const body = {
    candidates: [{ ...candidate, index: 0 }],
    usageMetadata: {
      promptTokenCount: inputTokens,
      candidatesTokenCount: outputTokens,
      totalTokenCount: inputTokens + outputTokens,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: inputTokens - audioTokens },
        ...(audioTokens > 0 ? [{ modality: 'AUDIO', tokenCount: audioTokens }] : []),
      ],
      ...(isImage ? { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: IMAGE_TOKENS }] } : {}),
      serviceTier: 'standard',
    },
    modelVersion: model.replace(/^models\//, ''),
    responseId: makeId(22),
  }
  if (!stream) return json(200, body, { 'content-type': 'application/json; charset=UTF-8' })
  return eventStream([{ kind: 'content', data: `data: ${JSON.stringify(body)}\r\n\r\n` }], 'text/event-stream')
}
