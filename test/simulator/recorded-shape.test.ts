// Every recorded request is sent to the simulator; its answer must have the keys and types of the recorded one.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ProviderName } from '../../simulator/types.ts'
import { KEY, makeWav, useSimulator } from './start-simulator.ts'

const running = useSimulator()

type Recording = {
  request: { method: string; url: string; body: unknown }
  response: { status: number; headers: Record<string, string>; body: unknown }
}

const read = (file: string) => readFileSync(new URL(`../fixtures/providers/${file}`, import.meta.url), 'utf8')

const HEADERS: Record<ProviderName, (key: string) => Record<string, string>> = {
  openai: (key) => ({ authorization: `Bearer ${key}` }),
  together: (key) => ({ authorization: `Bearer ${key}` }),
  groq: (key) => ({ authorization: `Bearer ${key}` }),
  gemini: (key) => ({ 'x-goog-api-key': key }),
  anthropic: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  ollama: () => ({}),
  compatible: () => ({}),
}

/** Events of a stream, or the one body, as parsed JSON. */
const toValues = (text: string): unknown[] => {
  const lines = text.split(/\r?\n/)
  const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6).trim())
  if (data.length > 0) return data.filter((line) => line !== '[DONE]').map((line) => JSON.parse(line) as unknown)
  const isLines = lines.filter((line) => line.startsWith('{')).length > 1
  return (isLines ? lines.filter((line) => line !== '') : [text]).map((line) => JSON.parse(line) as unknown)
}

const typeOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

/** Path of keys → the types seen there; list entries share one path; blocks and deltas are told apart by their type. */
const shapeOf = (values: unknown[]): Map<string, Set<string>> => {
  const shape = new Map<string, Set<string>>()
  const walk = (value: unknown, path: string) => {
    shape.set(path, (shape.get(path) ?? new Set()).add(typeOf(value)))
    if (Array.isArray(value)) value.forEach((entry) => walk(entry, `${path}[]`))
    else if (typeof value === 'object' && value !== null) {
      const kind = 'type' in value && typeof value.type === 'string' ? `<${value.type}>` : ''
      for (const [key, child] of Object.entries(value)) walk(child, `${path}${kind}.${key}`)
    }
  }
  values.forEach((value) => walk(value, ''))
  return shape
}

// What may differ, each with its reason.
const FREE = [
  /\.arguments\.|\.args\.|\.input\./, // what a tool is called with
  /input_schema|\.metadata\./,
  /cached_tokens$/, // Together tells it on some models only
  /\.seed$/, // Together: on some models only
  /parts\[\]\.thought$/, // asked for, yet the recorded streams happen to hold none
  /x_groq\.usage\.|usage\.prompt_tokens_details/,
]

const differences = (ours: Map<string, Set<string>>, recorded: Map<string, Set<string>>): string[] => {
  const free = (path: string) => FREE.some((pattern) => pattern.test(path))
  const missing = [...recorded.keys()].filter((path) => !ours.has(path) && !free(path)).map((path) => `missing ${path}`)
  const extra = [...ours.keys()].filter((path) => !recorded.has(path) && !free(path)).map((path) => `extra ${path}`)
  const wrong = [...ours].flatMap(([path, types]) => {
    const known = recorded.get(path)
    const strange = known ? [...types].filter((type) => !known.has(type)) : []
    return strange.length > 0 && !free(path)
      ? [`${path}: ${strange.join()} instead of ${[...(known ?? [])].join()}`]
      : []
  })
  return [...missing, ...extra, ...wrong]
}

type Change = { key?: string; model?: string; stream?: string; path?: string; body?: unknown }

const ask = async (provider: ProviderName, recording: Recording, change: Change) => {
  const url = new URL(recording.request.url)
  const target = new URL(`${change.path ?? url.pathname}${url.search}`, running.urls[provider])
  const given = (change.body ?? recording.request.body) as Record<string, unknown> | null
  const body = given && change.model !== undefined ? { ...given, model: change.model } : given
  const response = await fetch(target, {
    method: recording.request.method,
    headers: { 'content-type': 'application/json', ...HEADERS[provider](change.key ?? KEY) },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
}

const sameType = (ours: string, recorded: string) => ours.split(';')[0] === recorded.split(';')[0]

const CASES: [string, Change?][] = [
  ['openai/chat-gpt-5.6-text'],
  ['openai/chat-gpt-5.6-tool-call'],
  ['openai/chat-gpt-5.6-length-empty'],
  ['openai/stream-gpt-5.6-text', { stream: 'sse' }],
  ['openai/stream-gpt-5.6-tool-call', { stream: 'sse' }],
  ['openai/error-401-invalid_api_key', { key: 'invalid-key', path: '/v1/chat/completions' }],
  ['openai/error-404-model_not_found'],
  ['together/chat-deepseek-v4-text'],
  ['together/chat-deepseek-v4-tool-call'],
  ['together/chat-stream', { stream: 'sse' }],
  ['together/stream-deepseek-v4-text', { stream: 'sse' }],
  ['together/stream-deepseek-v4-length', { stream: 'sse' }],
  ['together/stream-deepseek-v4-tool-call', { stream: 'sse' }],
  ['together/error-401-chat', { key: 'bad-key' }],
  ['together/error-401-models', { key: 'bad-key' }],
  ['together/error-404-model_not_available'],
  ['groq/chat-gpt-oss-text'],
  ['groq/chat-gpt-oss-tool-call'],
  ['groq/stream-gpt-oss-text', { stream: 'sse' }],
  ['groq/stream-gpt-oss-tool-call', { stream: 'sse' }],
  [
    'groq/stream-error-tool_use_failed',
    { stream: 'sse', model: 'openai/gpt-oss-120b+fault:error-event:tool-use-failed:0' },
  ],
  ['groq/error-400-tool_use_failed', { model: 'sim-tool-use-failed' }],
  ['groq/error-400-content-must-be-string'],
  ['groq/error-401', { key: 'bad-key' }],
  ['groq/error-404-model_not_found-2026'],
  ['gemini/flash-latest-text'],
  ['gemini/flash-latest-tool-call'],
  ['gemini/flash-latest-max-tokens'],
  ['gemini/stream-flash-latest-tool-call', { stream: 'sse' }],
  ['gemini/error-400-api-key-invalid', { key: 'bad-key' }],
  ['gemini/error-404-model'],
  ['gemini/error-429-input-tokens-quota', { path: '/v1beta/models/gemini-2.5-flash+sim-rate-limit:generateContent' }],
  ['anthropic/opus-5-text'],
  ['anthropic/opus-5-tool-call'],
  ['anthropic/stream-opus-5-text', { stream: 'sse' }],
  ['anthropic/stream-opus-5-tool-call', { stream: 'sse' }],
  ['anthropic/count_tokens'],
  ['anthropic/error-401-authentication_error', { key: 'bad-key' }],
  ['anthropic/error-404-model'],
  ['anthropic/error-400-prompt-too-long', { model: 'sim-context-length' }],
  ['ollama/native-qwen3.5-tool-call'],
  ['ollama/native-stream-qwen3.5-text', { stream: 'ndjson' }],
]

test.each(CASES)('%s', async (name, change = {}) => {
  const provider = name.split('/')[0] as ProviderName
  const recording = JSON.parse(read(`${name}.http.json`)) as Recording
  const recordedText = change.stream ? read(`${name}.${change.stream}.txt`) : JSON.stringify(recording.response.body)
  const ours = await ask(provider, recording, change)
  expect(ours.status).toBe(recording.response.status)
  const recordedType = recording.response.headers['content-type']
  if (recordedType !== undefined) expect(sameType(ours.type, recordedType)).toBe(true)
  expect(differences(shapeOf(toValues(ours.text)), shapeOf(toValues(recordedText)))).toEqual([])
  if (change.stream === 'sse') expect(ours.text.includes('[DONE]')).toBe(recordedText.includes('[DONE]'))
})

test.each(['openai', 'together', 'groq', 'gemini', 'anthropic'] as const)(
  'the models of %s are the recorded rows',
  async (provider) => {
    const recording = JSON.parse(read(`${provider}/models-list-2026-08.http.json`)) as Recording
    const rowsOf = (body: unknown): Record<string, unknown>[] => {
      const list = body as { data?: []; models?: [] }
      return Array.isArray(body) ? body : (list.data ?? list.models ?? [])
    }
    const ours = await ask(provider, recording, {})
    const [body] = toValues(ours.text)
    expect(typeOf(body)).toBe(typeOf(recording.response.body))
    const recorded = rowsOf(recording.response.body)
    expect(rowsOf(body).slice(0, recorded.length)).toEqual(recorded)
  },
)

test('the transcription of whisper-1 has the recorded shape', async () => {
  const recording = JSON.parse(read('openai/transcription-whisper-1.http.json')) as Recording
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(makeWav(4))]), 'ruby.wav')
  form.set('model', 'whisper-1')
  const response = await fetch(`${running.urls.openai}/audio/transcriptions`, {
    method: 'POST',
    headers: HEADERS.openai(KEY),
    body: form,
  })
  const body: unknown = await response.json()
  expect(differences(shapeOf([body]), shapeOf([recording.response.body]))).toEqual([])
  expect(body).toMatchObject({ usage: { type: 'duration', seconds: 4 } })
})
