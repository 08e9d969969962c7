/**
 * Transcription by Gemini: models made for it answer with times, all others are asked in words and give text only. The
 * request is limited to 20 MB with the audio in it.
 */
import { toArray, toNumber, toObject, toText } from '../../lib/json.ts'
import type { EncodeContext, Exchange, TranscribeResult, WireCall } from '../provider.ts'
import type { TranscribedSegment, TranscribedWord } from '../types/answers.ts'
import type { Note } from '../types/attempts.ts'
import type { JsonObject } from '../types/json.ts'
import type { TranscribeRequest } from '../types/requests.ts'
import { AppError } from '../../errors.ts'
import { decodeGemini } from './gemini-decode.ts'
import { geminiPath } from './gemini-encode.ts'
import { withoutUndefined } from './without-undefined.ts'

const MAX_REQUEST_BYTES = 20_000_000

const encode = (request: TranscribeRequest, context: EncodeContext): WireCall => {
  const data = Buffer.from(request.audio.buffer, request.audio.byteOffset, request.audio.byteLength).toString('base64')
  if (data.length > MAX_REQUEST_BYTES)
    throw new AppError('provider-request-too-large', 'the recording is larger than one request may be', {
      details: {
        provider: context.provider.id,
        model: context.model.key,
        reason: 'bytes',
        quotaLimit: MAX_REQUEST_BYTES,
      },
    })
  const made = context.model.capabilities.includes('word-times')
  const audio = { inlineData: { mimeType: request.mediaType, data } }
  const parts: JsonObject[] = made ? [audio] : [{ text: instruction(request) }, audio]
  const config = made ? { audioTranscriptionConfig: transcriptionConfig(request) } : {}
  const timed = request.timestamps !== undefined && request.timestamps !== 'none'
  const note: Note = {
    kind: 'parameter-dropped',
    field: 'timestamps',
    message: `${context.provider.id}/${context.model.key} gives no times; the text comes without them.`,
  }
  return {
    method: 'POST',
    path: geminiPath(context.model.key, 'generateContent'),
    body: {
      contents: [{ role: 'user', parts }],
      generationConfig: withoutUndefined({ temperature: request.temperature, ...config }),
    },
    notes: timed && !made ? [note] : [],
  }
}

const transcriptionConfig = (request: TranscribeRequest): JsonObject =>
  withoutUndefined({
    languageCodes: request.language === undefined ? undefined : [request.language],
    wordTimestamp: request.timestamps === 'word' || request.timestamps === 'segment' ? true : undefined,
    diarization: request.diarize ? true : undefined,
  })

const instruction = (request: TranscribeRequest): string =>
  [
    'Write down every word that is spoken in this recording, in the language that is spoken.',
    'Answer with the transcript only: no times, no speaker names, no comment, no translation.',
    'If nothing is spoken, answer with an empty text.',
    ...(request.language === undefined ? [] : [`The language is "${request.language}".`]),
    ...(request.prompt === undefined ? [] : [`Names and terms that may occur: ${request.prompt}`]),
  ].join('\n')

/** `"1.200s"` in seconds. */
const toSecond = (value: unknown): number | null => {
  const text = toText(value)
  return text === null ? toNumber(value) : toNumber(Number(text.replace(/s$/, '')))
}

const toWord = (value: unknown): TranscribedWord[] => {
  const word = toObject(value)
  const text = toText(word['word'])
  const startSecond = toSecond(word['startOffset'])
  const endSecond = toSecond(word['endOffset'])
  return text === null || startSecond === null || endSecond === null ? [] : [{ text, startSecond, endSecond }]
}

const toSegment = (value: unknown): TranscribedSegment[] => {
  const part = toObject(value)
  const words = toArray(part['words']).flatMap(toWord)
  const startSecond = toSecond(part['startOffset']) ?? words[0]?.startSecond
  const endSecond = toSecond(part['endOffset']) ?? words.at(-1)?.endSecond
  const speaker = toText(part['speakerLabel'])
  if (startSecond === undefined || endSecond === undefined) return []
  return [{ text: toText(part['text']) ?? '', startSecond, endSecond, words, ...(speaker === null ? {} : { speaker }) }]
}

export const geminiTranscription: Exchange<TranscribeRequest, TranscribeResult> = {
  encode,
  decode: (body, context) => {
    const result = decodeGemini(body, context)
    const candidate = toObject(toArray(toObject(body)['candidates'])[0])
    const pieces = toArray(toObject(candidate['content'])['parts']).flatMap(
      (part) => toObject(part)['audioTranscription'] ?? [],
    )
    const spoken = pieces.map((piece) => toText(toObject(piece)['text']) ?? '').join(' ')
    const segments = pieces.flatMap(toSegment)
    return {
      text: (pieces.length > 0 ? spoken : result.text).trim(),
      language: toText(toObject(pieces[0])['languageCode']),
      durationSecond: segments.at(-1)?.endSecond ?? null,
      segments,
      usage: result.usage,
      servedModel: result.servedModel,
      notes: result.notes,
      finishReason: result.finishReason,
    }
  },
}
