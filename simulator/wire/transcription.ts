// Audio to text at OpenAI, Together, Groq and compatible servers: formats, sizes and fields of each.
import type { Frame, JsonObject, ProviderName, Reply } from '../types.ts'
import { WireFailure } from '../types.ts'
import { eventStream, json, requireModel } from '../exchange.ts'
import type { Exchange } from '../exchange.ts'
import type { ModelFacts } from '../rules/limits.ts'
import type { SpokenSegment, Transcript } from '../state/script.ts'
import { countTokens, makeId, toPieces } from '../tokens.ts'
import { audioSeconds } from './audio-length.ts'
import { sse } from './chat-reply.ts'
import { readForm } from './form.ts'
import type { Form } from './form.ts'

const MAX_BYTES: Partial<Record<ProviderName, number>> = {
  openai: 26_214_400,
  groq: 26_214_400,
  together: 83_886_080,
  compatible: 1_073_741_824,
}
const MAX_TOGETHER_SECONDS = 4 * 3600
const DIARIZE_NEEDS_CHUNKING_SECONDS = 30

const clock = (seconds: number, mark: string): string => {
  const whole = Math.round(seconds * 1000)
  const pad = (value: number, length = 2) => String(value).padStart(length, '0')
  return `${pad(Math.floor(whole / 3_600_000))}:${pad(Math.floor(whole / 60_000) % 60)}:${pad(Math.floor(whole / 1000) % 60)}${mark}${pad(whole % 1000, 3)}`
}

const toSrt = (segments: SpokenSegment[]) =>
  segments
    .map((part, index) => `${index + 1}\n${clock(part.start, ',')} --> ${clock(part.end, ',')}\n${part.text.trim()}\n`)
    .join('\n')

const toVtt = (segments: SpokenSegment[]) =>
  `WEBVTT\n\n${segments.map((part) => `${clock(part.start, '.')} --> ${clock(part.end, '.')}\n${part.text.trim()}\n`).join('\n')}`

const field = (form: Form, name: string): string => form.fields.get(name)?.[0] ?? ''
const list = (form: Form, name: string): string[] => [
  ...(form.fields.get(name) ?? []),
  ...(form.fields.get(`${name}[]`) ?? []),
]

const formatsOf = (provider: ProviderName, id: string): string[] => {
  if (provider === 'together') return ['json', 'verbose_json']
  if (provider === 'groq') return ['json', 'text', 'verbose_json']
  if (provider === 'openai' && /diarize/.test(id)) return ['json', 'text', 'diarized_json']
  if (provider === 'openai' && /transcribe/.test(id)) return ['json']
  return ['json', 'text', 'srt', 'verbose_json', 'vtt']
}

const segmentRow = (part: SpokenSegment): JsonObject => ({
  id: part.id,
  seek: Math.floor(part.start / 30) * 3000,
  start: part.start,
  end: part.end,
  text: part.text,
  tokens: Array.from({ length: countTokens(part.text) }, (_, index) => 50_364 + part.id * 31 + index),
  temperature: 0,
  avg_logprob: -0.21,
  compression_ratio: 1.4,
  no_speech_prob: 0.01,
})

const verbose = (form: Form, spoken: Transcript, seconds: number): JsonObject => {
  const wanted = list(form, 'timestamp_granularities')
  return {
    task: 'transcribe',
    language: field(form, 'language') || 'english',
    duration: Math.round(seconds * 100) / 100,
    text: spoken.text,
    ...(wanted.includes('word') ? { words: spoken.words } : {}),
    ...(wanted.includes('segment') || !wanted.includes('word') ? { segments: spoken.segments.map(segmentRow) } : {}),
  }
}

const usageOf = (exchange: Exchange, id: string, spoken: Transcript, seconds: number): JsonObject => {
  if (exchange.provider !== 'openai') return {}
  if (/whisper/.test(id)) return { usage: { type: 'duration', seconds: Math.ceil(seconds) } }
  const input = Math.round(seconds * 10)
  const output = countTokens(spoken.text)
  return {
    usage: {
      type: 'tokens',
      input_tokens: input,
      output_tokens: output,
      total_tokens: input + output,
      input_token_details: { text_tokens: 0, audio_tokens: input },
    },
  }
}

const asText = (data: string): Reply => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  frames: [{ kind: 'body', data }],
  stream: false,
})

const streamText = (spoken: Transcript, usage: JsonObject): Reply => {
  const deltas = toPieces(spoken.text).map((delta): Frame => sse('content', { type: 'transcript.text.delta', delta }))
  return eventStream([
    ...deltas,
    sse('finish', { type: 'transcript.text.done', text: spoken.text, ...usage }),
    sse('end', '[DONE]'),
  ])
}

const checkFields = (exchange: Exchange, form: Form, facts: ModelFacts, seconds: number): string => {
  const format = field(form, 'response_format') || 'json'
  const formats = formatsOf(exchange.provider, facts.id)
  if (!formats.includes(format)) {
    throw new WireFailure('unsupported-value', {
      parameter: 'response_format',
      message: `response_format '${format}' is not compatible with model '${facts.id}'. Use ${formats.map((name) => `'${name}'`).join(' or ')} instead.`,
    })
  }
  if (list(form, 'timestamp_granularities').length > 0 && format !== 'verbose_json') {
    throw new WireFailure('invalid-request', {
      message: "timestamp_granularities requires response_format 'verbose_json'.",
      parameter: 'timestamp_granularities',
    })
  }
  if (/diarize/.test(facts.id) && seconds > DIARIZE_NEEDS_CHUNKING_SECONDS && field(form, 'chunking_strategy') === '') {
    throw new WireFailure('invalid-request', {
      message: 'chunking_strategy is required for diarization models',
      parameter: 'chunking_strategy',
    })
  }
  if (exchange.provider === 'groq' && exchange.path.endsWith('translations') && facts.id !== 'whisper-large-v3') {
    throw new WireFailure('invalid-request', { message: `The model \`${facts.id}\` does not support translations` })
  }
  return format
}

const diarized = (spoken: Transcript): JsonObject => ({
  task: 'transcribe',
  text: spoken.text,
  segments: spoken.segments.map((part, index) => ({
    type: 'transcript.text.segment',
    id: `seg_${part.id}`,
    start: part.start,
    end: part.end,
    text: part.text,
    speaker: index % 2 === 0 ? 'A' : 'B',
  })),
})

const readAudio = (exchange: Exchange): { form: Form; seconds: number } => {
  const form = readForm(exchange.headers['content-type'] ?? '', exchange.body)
  if (!form) throw new WireFailure('missing-parameter', { parameter: 'file' })
  const { file } = form
  if (!file) {
    if (field(form, 'url') === '') throw new WireFailure('missing-parameter', { parameter: 'file' })
    return { form, seconds: 4 }
  }
  const most = MAX_BYTES[exchange.provider] ?? Infinity
  if (file.data.length > most) throw new WireFailure('file-too-large', { limit: most, requested: file.data.length })
  const seconds = audioSeconds(file.data)
  if (seconds === undefined) throw new WireFailure('invalid-file')
  if (exchange.provider === 'together' && seconds > MAX_TOGETHER_SECONDS) throw new WireFailure('audio-too-long')
  return { form, seconds }
}

export const transcription = (exchange: Exchange): Reply => {
  const { form, seconds } = readAudio(exchange)
  const model = field(form, 'model')
  if (model === '') throw new WireFailure('missing-parameter', { parameter: 'model' })
  const facts = requireModel(exchange, model, 'transcription')
  if (facts.kind !== 'transcription') {
    throw new WireFailure('invalid-request', {
      message: `The model '${model}' does not support audio transcription.`,
      parameter: 'model',
      model,
    })
  }
  const format = checkFields(exchange, form, facts, seconds)
  exchange.charge(model, 0)
  const written = exchange.behaviours.find(({ fault }) => fault.write)
  const given = exchange.world.script.transcribe(seconds)
  const spoken = written?.fault.write
    ? { ...given, text: written.fault.write({ args: written.args, turns: [], material: given.text }) }
    : given
  const empty = exchange.behaviours.some(({ fault }) => fault.name === 'empty-content')
  const shown: Transcript = empty ? { text: '', words: [], segments: [] } : spoken
  const usage = usageOf(exchange, facts.id, shown, seconds)
  const groq = exchange.provider === 'groq' ? { x_groq: { id: `req_01${makeId(24).toLowerCase()}` } } : {}
  if (field(form, 'stream') === 'true' && !/whisper/.test(facts.id)) return streamText(shown, usage)
  if (format === 'text') return asText(exchange.provider === 'groq' ? ` ${shown.text}` : `${shown.text}\n`)
  if (format === 'srt') return asText(toSrt(shown.segments))
  if (format === 'vtt') return asText(toVtt(shown.segments))
  if (format === 'verbose_json') return json(200, { ...verbose(form, shown, seconds), ...usage, ...groq })
  if (format === 'diarized_json') return json(200, { ...diarized(shown), ...usage })
  return json(200, { text: shown.text, ...usage, ...groq })
}
