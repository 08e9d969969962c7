/** OpenAI's `/audio/transcriptions`, also at Groq and Together: multipart up, JSON or plain text down. */
import { isObject, toArray, toNumber, toObject, toText } from '../../lib/json.ts'
import type { UnknownObject } from '../../lib/json.ts'
import type { EncodeContext, Exchange, TranscribeResult } from '../provider.ts'
import type { TranscribedSegment, TranscribedWord } from '../types/answers.ts'
import type { Note, Usage } from '../types/attempts.ts'
import type { TranscribeRequest } from '../types/requests.ts'
import { WireError } from './wire-error.ts'
import { NO_USAGE, readOpenAiUsage } from './usage.ts'

/** Which answer to ask for: times come in `verbose_json` only, speakers in `diarized_json` where a model has it. */
const responseFormat = (request: TranscribeRequest, context: EncodeContext): string => {
  const can = context.model.capabilities
  if (request.diarize && can.includes('diarization'))
    return context.provider.id === 'openai' ? 'diarized_json' : 'verbose_json'
  return wantsTimes(request) && can.includes('word-times') ? 'verbose_json' : 'json'
}

const wantsTimes = (request: TranscribeRequest): boolean =>
  request.timestamps !== undefined && request.timestamps !== 'none'

const encode = (request: TranscribeRequest, context: EncodeContext): FormData => {
  const form = new FormData()
  const format = responseFormat(request, context)
  // Together reads the model before the file.
  form.set('model', context.model.key)
  form.set('response_format', format)
  if (request.language !== undefined) form.set('language', request.language)
  if (request.prompt !== undefined) form.set('prompt', request.prompt)
  if (request.temperature !== undefined) form.set('temperature', String(request.temperature))
  if (format === 'verbose_json') {
    form.append('timestamp_granularities[]', 'segment')
    if (request.timestamps === 'word') form.append('timestamp_granularities[]', 'word')
  }
  if (request.diarize && format === 'verbose_json') form.set('diarize', 'true')
  // Recordings above 30 s are refused without it.
  if (format === 'diarized_json') form.set('chunking_strategy', 'auto')
  const bytes = new Uint8Array(request.audio)
  form.set('file', new Blob([bytes], { type: request.mediaType }), request.fileName)
  return form
}

const readWord = (value: unknown): TranscribedWord[] => {
  const word = toObject(value)
  const text = toText(word['word']) ?? toText(word['text'])
  const startSecond = toNumber(word['start'])
  const endSecond = toNumber(word['end'])
  if (text === null || startSecond === null || endSecond === null) return []
  return [{ text: text.trim(), startSecond, endSecond: Math.max(startSecond, endSecond) }]
}

const readSegments = (answer: UnknownObject): TranscribedSegment[] => {
  const words = toArray(answer['words']).flatMap(readWord)
  const rows = toArray(answer['speaker_segments'] ?? answer['segments']).map(toObject)
  const segments = rows.flatMap((row): TranscribedSegment[] => {
    const [span] = readWord({ ...row, word: row['text'] })
    if (span === undefined) return []
    const speaker = toText(row['speaker']) ?? toText(row['speaker_id'])
    const own = toArray(row['words']).flatMap(readWord)
    const inside = own.length > 0 ? own : words.filter((word) => isWithin(word, span))
    return [{ ...span, words: inside, ...(speaker === null ? {} : { speaker }) }]
  })
  const first = words[0]
  const last = words.at(-1)
  if (segments.length > 0 || first === undefined || last === undefined) return segments
  return [
    { text: toText(answer['text'])?.trim() ?? '', startSecond: first.startSecond, endSecond: last.endSecond, words },
  ]
}

/** By its middle, so that a word on the border belongs to one segment only. */
const isWithin = (word: TranscribedWord, span: TranscribedWord): boolean => {
  const middle = (word.startSecond + word.endSecond) / 2
  return middle >= span.startSecond && middle < span.endSecond
}

const readUsage = (value: unknown, durationSecond: number | null): Usage => {
  const usage = toObject(value)
  const seconds = usage['type'] === 'duration' ? toNumber(usage['seconds']) : durationSecond
  const counted = usage['type'] === 'duration' || !isObject(value) ? null : readOpenAiUsage(value)
  const audio = toNumber(toObject(usage['input_token_details'])['audio_tokens'])
  return {
    ...(counted ?? { ...NO_USAGE, reported: seconds !== null }),
    ...(audio === null ? {} : { audioInputTokens: audio }),
    ...(seconds === null ? {} : { audioSecond: seconds }),
  }
}

const decode = (body: unknown): TranscribeResult => {
  const answer: UnknownObject = typeof body === 'string' ? { text: body } : toObject(body)
  const text = toText(answer['text'])
  if (text === null) throw new WireError('provider-malformed', 'the answer holds no text')
  const durationSecond = toNumber(answer['duration'])
  return {
    // Groq begins its text with a blank.
    text: text.trim(),
    language: toText(answer['language']) || null,
    durationSecond,
    segments: readSegments(answer),
    usage: readUsage(answer['usage'], durationSecond),
    servedModel: toText(answer['model']) || null,
    notes: [],
  }
}

const timesNote = ({ provider, model }: EncodeContext): Note => ({
  kind: 'parameter-dropped',
  field: 'timestamps',
  message: `${provider.id}/${model.key} is not known to give times; the text may come without them.`,
})

export const openAiAudio: Exchange<TranscribeRequest, TranscribeResult> = {
  encode: (request, context) => ({
    method: 'POST',
    path: '/audio/transcriptions',
    body: encode(request, context),
    notes: wantsTimes(request) && responseFormat(request, context) === 'json' ? [timesNote(context)] : [],
  }),
  decode,
}
