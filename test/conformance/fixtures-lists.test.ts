/** Recorded lists of models and the answers of the other operations. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Caller } from '../../src/gateway/call.ts'
import { createCaller } from '../../src/gateway/caller.ts'
import { builtInProviders } from '../../src/gateway/providers/index.ts'
import type { ChatRequest } from '../../src/gateway/types/requests.ts'
import { readRecording, toReply } from './fixture-files.ts'
import { startReplayServer } from './replay-server.ts'
import type { ReplayServer } from './replay-server.ts'
import { makeContext, makeRow, makeTarget } from './targets.ts'

let server: ReplayServer
let caller: Caller

beforeAll(async () => {
  server = await startReplayServer()
  caller = createCaller({ providers: builtInProviders })
})
afterAll(() => server.close())

const providerOf = (name: string): string => name.split('/')[0] ?? ''
const targetOf = (name: string) => makeTarget(makeRow(providerOf(name), 'recorded-model'), server.baseUrl)

describe('lists of models', () => {
  const list = (name: string) => {
    server.answerWith(toReply(name))
    return caller.listModels(
      providerOf(name),
      { credential: targetOf(name).credential, baseUrl: server.baseUrl },
      makeContext(),
    )
  }

  test('openai/models-list-2026-08', async () => {
    const models = await list('openai/models-list-2026-08.http.json')
    expect(models).toHaveLength(130)
    expect(models.filter((model) => model.retiresAt !== undefined)).toHaveLength(55)
    const find = (key: string) => models.find((model) => model.key === key)?.operations
    expect(find('gpt-5.6-terra')).toEqual(['chat'])
    expect(find('gpt-5-codex')).toEqual([])
    expect(find('whisper-1')).toEqual(['transcribe'])
    expect(find('gpt-4o-mini-tts')).toEqual([])
    expect(find('text-embedding-3-small')).toEqual(['embed'])
    expect(find('gpt-image-2')).toEqual(['image'])
  })

  test('together/models-list-2026-08', async () => {
    const models = await list('together/models-list-2026-08.http.json')
    expect(models).toHaveLength(281)
    expect(models.find((model) => model.key === 'moonshotai/Kimi-K3')).toEqual({
      key: 'moonshotai/Kimi-K3',
      displayName: 'Kimi K3',
      contextLength: 1_000_000,
      operations: ['chat'],
      prices: { inputPerMillion: 3, outputPerMillion: 15, cachedInputPerMillion: 0.3 },
    })
    expect(models.find((model) => model.key === 'openai/whisper-large-v3')).toEqual({
      key: 'openai/whisper-large-v3',
      displayName: 'Whisper large-v3',
      operations: ['transcribe'],
      prices: { inputPerMillion: null, outputPerMillion: null, audioPerMinute: 0.0015 },
    })
    // Zero and zero is "not serverless" and must never become free.
    expect(models.find((model) => model.key === 'facebook/cwm')?.prices).toBeUndefined()
    expect(models.some((model) => model.prices?.inputPerMillion === 0 && model.prices.outputPerMillion === 0)).toBe(
      false,
    )
    expect(models.find((model) => model.key === llamaTurbo)?.prices?.inputPerMillion).toBe(1.04)
  })
  const llamaTurbo = 'meta-llama/Llama-3.3-70B-Instruct-Turbo'

  test('groq/models-list-2026-08', async () => {
    const models = await list('groq/models-list-2026-08.http.json')
    expect(models).toHaveLength(13)
    expect(models.find((model) => model.key === 'openai/gpt-oss-120b')).toEqual({
      key: 'openai/gpt-oss-120b',
      displayName: 'GPT OSS 120B',
      contextLength: 131_072,
      maxOutputTokens: 65_536,
      operations: ['chat'],
      inputModalities: ['text'],
      capabilities: ['stream', 'tools', 'json', 'schema', 'reasoning'],
      prices: { inputPerMillion: 0.15, outputPerMillion: 0.6, cachedInputPerMillion: 0.075 },
    })
    const operations = Object.fromEntries(models.map((model) => [model.key, model.operations]))
    expect(operations['whisper-large-v3']).toEqual(['transcribe'])
    expect(operations['meta-llama/llama-prompt-guard-2-22m']).toEqual([])
    expect(operations['canopylabs/orpheus-v1-english']).toEqual([])
    expect(models.find((model) => model.key === 'groq/compound')?.prices).toBeUndefined()
    expect(models.find((model) => model.key === 'qwen/qwen3.6-27b')?.inputModalities).toEqual(['text', 'image'])
  })

  test('gemini/models-list-2026-08', async () => {
    const models = await list('gemini/models-list-2026-08.http.json')
    expect(models).toHaveLength(50)
    expect(models.find((model) => model.key === 'gemini-3.6-flash')).toMatchObject({
      contextLength: 1_048_576,
      maxOutputTokens: 65_536,
      operations: ['chat', 'transcribe'],
    })
    const operations = Object.fromEntries(models.map((model) => [model.key, model.operations]))
    expect(operations['gemini-embedding-001']).toEqual(['embed'])
    expect(operations['lyria-3-pro-preview']).toEqual([])
    expect(operations['gemini-2.5-flash-preview-tts']).toEqual([])
    expect(operations['gemini-3-pro-image']).toEqual(['image'])
  })

  test('anthropic/models-list-2026-08', async () => {
    const models = await list('anthropic/models-list-2026-08.http.json')
    expect(models.find((model) => model.key === 'claude-opus-5')).toEqual({
      key: 'claude-opus-5',
      displayName: 'Claude Opus 5',
      operations: ['chat'],
      contextLength: 1_000_000,
      maxOutputTokens: 128_000,
      capabilities: ['stream', 'tools', 'schema', 'reasoning', 'vision'],
      inputModalities: ['text', 'image'],
    })
  })
})

describe('other operations', () => {
  test('openai/transcription-whisper-1', async () => {
    const name = 'openai/transcription-whisper-1.http.json'
    server.answerWith(toReply(name))
    const ask = { model: 'any', audio: new Uint8Array([1, 2]), fileName: 'a.mp3', mediaType: 'audio/mpeg' }
    const result = await caller.transcribe(targetOf(name), ask, makeContext())
    expect(result).toMatchObject({
      text: 'Ruby is a programming language designed for developer happiness.',
      segments: [],
    })
    expect(result.usage).toMatchObject({ audioSecond: 4, reported: true })
  })

  test('gemini/transcription', async () => {
    const name = 'gemini/transcription.http.json'
    server.answerWith(toReply(name))
    const ask = { model: 'any', audio: new Uint8Array([1, 2]), fileName: 'a.mp3', mediaType: 'audio/mpeg' }
    const result = await caller.transcribe(targetOf(name), ask, makeContext())
    expect(result.text).toBe('Ruby is a programming language designed for developer happiness.')
    expect(result.usage).toMatchObject({
      inputTokens: 133,
      outputTokens: 31,
      reasoningTokens: 21,
      audioInputTokens: 119,
    })
  })

  test('anthropic/count_tokens', async () => {
    const name = 'anthropic/count_tokens.http.json'
    server.answerWith(toReply(name))
    const request: ChatRequest = {
      model: 'any',
      messages: [{ role: 'user', content: 'What is the capital of France?' }],
      maxOutputTokens: 5,
    }
    expect(await caller.countTokens(targetOf(name), request, makeContext())).toBe(14)
    const sent = server.requests.at(-1)
    expect(sent?.path).toBe('/v1/messages/count_tokens')
    expect({ ...JSON.parse(sent?.body ?? ''), model: 'x' }).toEqual({ ...readRecording(name).request.body, model: 'x' })
  })
})
