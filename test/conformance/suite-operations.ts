/** The other operations: lists, embeddings, transcription, images, counting; and what is not supported. */
import { expect, test } from 'vitest'
import { makeWav } from '../simulator/start-simulator.ts'
import { ask, failure } from './bench.ts'
import type { Bench } from './bench.ts'
import type { Feature } from './declarations.ts'

export const runOperations = ({
  declaration,
  running,
  caller,
  target,
  chatTarget,
  context,
  calls,
  feature,
}: Bench): void => {
  feature('models', 'models: a list with keys, none of them doubled', async () => {
    const access = { credential: chatTarget().credential, baseUrl: running.urls[declaration.simulated] }
    const models = await caller().listModels(declaration.id, access, context())
    expect(models.length).toBeGreaterThan(2)
    const keys = models.map((model) => model.key)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.some((key) => key.startsWith(declaration.chat.replace(/-\d{8}$/, '')))).toBe(true)
  })

  feature('embeddings', 'embeddings: one vector an input, in order', async () => {
    const embedding = target(declaration.embeddings ?? '')
    const both = await caller().embed(embedding, { model: 'any', input: ['first text', 'second text'] }, context())
    const second = await caller().embed(embedding, { model: 'any', input: ['second text'] }, context())
    expect(both.embeddings).toHaveLength(2)
    expect(both.embeddings[0]?.length).toBeGreaterThan(10)
    expect(both.embeddings[1]).toEqual(second.embeddings[0])
    expect(both.embeddings[0]).not.toEqual(both.embeddings[1])
  })

  feature('transcription', 'transcription: text of a recording', async () => {
    running.simulator.setScript('Hello world, this is a test.')
    const wav = makeWav(4)
    const request = {
      model: 'any',
      audio: new Uint8Array(wav),
      fileName: 'speech.wav',
      mediaType: 'audio/wav',
      language: 'en',
    }
    const result = await caller().transcribe(target(declaration.transcription ?? ''), request, context())
    expect(result.text).toContain('Hello world')
  })

  feature('word-times', 'transcription: segments with words in time order', async () => {
    running.simulator.setScript('Hello world, this is a test.')
    const row = { capabilities: ['word-times'] as const }
    const request = {
      model: 'any',
      audio: new Uint8Array(makeWav(4)),
      fileName: 'speech.wav',
      mediaType: 'audio/wav',
      timestamps: 'word' as const,
    }
    const model = declaration.timedTranscription ?? declaration.transcription ?? ''
    const result = await caller().transcribe(target(model, row), request, context())
    const words = result.segments.flatMap((segment) => segment.words)
    expect(words.length).toBeGreaterThan(3)
    expect(words.map((word) => word.startSecond)).toEqual(
      words.map((word) => word.startSecond).toSorted((a, b) => a - b),
    )
    expect(result.durationSecond).toBeGreaterThan(3)
  })

  feature('images', 'images', async () => {
    const result = await caller().image(
      target(declaration.images ?? ''),
      { model: 'any', prompt: 'a red circle' },
      context(),
    )
    expect(result.images).toHaveLength(1)
  })

  feature('count-tokens', 'tokens are counted without an answer', async () => {
    expect(
      await caller().countTokens(chatTarget(), ask('Tell me about the meeting in Paris.'), context()),
    ).toBeGreaterThan(5)
  })

  test('what is skipped is refused before any call, with a typed error', async () => {
    if (declaration.skips['count-tokens'] !== undefined)
      expect(await caller().countTokens(chatTarget(), ask('Hello'), context())).toBeNull()
    const audio = { model: 'any', audio: new Uint8Array([1]), fileName: 'a.wav', mediaType: 'audio/wav' }
    const attempts: [Feature, () => Promise<unknown>][] = [
      [
        'embeddings',
        () => caller().embed(target('x', { operations: ['chat'] }), { model: 'any', input: ['a'] }, context()),
      ],
      ['transcription', () => caller().transcribe(target('x', { operations: ['chat'] }), audio, context())],
      ['images', () => caller().image(target('x', { operations: ['chat'] }), { model: 'any', prompt: 'a' }, context())],
    ]
    for (const [, attempt] of attempts) {
      const error = await failure(attempt())
      expect(error.code).toBe('unsupported-capability')
      expect(error.details).toMatchObject({ provider: declaration.id, model: 'x' })
    }
    expect(calls()).toHaveLength(0)
  })
}
