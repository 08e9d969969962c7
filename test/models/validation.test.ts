/** Can this model be used now? Asked against the simulated providers. */
import { describe, expect, test } from 'vitest'
import { ADMIN, openModelHouse, useModelHouse } from './house.ts'

const running = useModelHouse()
const { simulator, house } = running

const lists = (provider: string) =>
  simulator.log().filter((entry) => entry.provider === provider && entry.operation === 'models')
const ask = (provider: string, key: string) => house.life.validation.validate(provider, key)

describe('the answer', () => {
  test.each([
    ['openai', 'gpt-4o', 128_000],
    ['openai', 'GPT-4o-2024-08-06', 128_000],
    ['groq', 'openai/gpt-oss-120b', 131_072],
    ['gemini', 'models/gemini-2.5-flash', 1_048_576],
    ['gemini', 'gemini/models/gemini-2.5-flash', 1_048_576],
    ['anthropic', 'claude-haiku-4-5-20251001', 200_000],
    ['offline', 'basic', 10_000_000],
  ])('%s/%s is available', async (provider, key, contextLength) => {
    expect(await ask(provider, key)).toMatchObject({
      available: true,
      verdict: 'available',
      reason: null,
      suggestions: [],
      row: { provider, contextLength },
    })
  })

  test('servers of other makers and Ollama are asked too', async () => {
    const own = await openModelHouse(running.urls, {
      database: house.database,
      environment: { OPENAI_COMPATIBLE_RACK_BASE_URL: running.urls.compatible },
    })
    await own.sync('ollama')
    expect(await own.life.validation.validate('ollama', 'llama3.2:3b')).toMatchObject({ available: true })
    expect(await own.life.validation.validate('ollama', 'nomic-embed-text')).toMatchObject({ available: true })
    await own.sync('rack')
    expect(await own.life.validation.validate('rack', 'local-model')).toMatchObject({ available: true })
    expect(await own.row('rack', 'local-embedding')).toMatchObject({ operations: ['embed'] })
    simulator.models.remove('compatible', 'local-embedding')
    own.clock.set(own.clock.now() + 700_000)
    expect(await own.life.validation.validate('rack', 'local-embedding')).toMatchObject({ verdict: 'not-served' })
    await own.close()
  })

  test('a name that nobody has gets the similar ones', async () => {
    const told = await ask('openai', 'gpt-4oo')
    expect(told).toMatchObject({ available: false, verdict: 'not-in-catalog', row: null })
    expect(told.suggestions.map(({ key }) => key)).toContain('gpt-4o')
  })

  test('a model of another provider is not this one', async () => {
    expect(await ask('openai', 'claude-opus-5')).toMatchObject({ verdict: 'not-in-catalog' })
  })

  test('a retired one says so, and names live ones of the same work', async () => {
    const told = await ask('groq', 'llama-3.3-70b-versatile')
    expect(told).toMatchObject({ available: false, verdict: 'inactive', reason: 'Retired by Groq on 2026-08-16' })
    expect(told.suggestions).toHaveLength(3)
    expect(told.suggestions.every((row) => row.active && row.operations.includes('chat'))).toBe(true)
    expect(told.suggestions[0]?.provider).not.toBe('offline')
  })

  test('one that its provider dropped since the last sync is not served, before any sync', async () => {
    simulator.models.remove('groq', 'qwen/qwen3.6-27b')
    const told = await ask('groq', 'qwen/qwen3.6-27b')
    expect(told).toMatchObject({ available: false, verdict: 'not-served', source: 'live' })
    expect(told.suggestions.map(({ key }) => key)).not.toContain('qwen/qwen3.6-27b')
    expect((await house.row('groq', 'qwen/qwen3.6-27b')).active).toBe(true)
  })

  test('without a key it says so', async () => {
    const keyless = await openModelHouse(running.urls, { database: house.database, environment: { GROQ_API_KEY: '' } })
    expect(await keyless.life.validation.validate('groq', 'allam-2-7b')).toMatchObject({
      available: false,
      verdict: 'not-set-up',
      reason: 'No key is set for Groq',
    })
    await keyless.close()
  })

  test('a provider that cannot be asked leaves the answer open', async () => {
    await simulator.refuse('groq', true)
    const told = await ask('groq', 'allam-2-7b')
    expect(told).toMatchObject({ available: null, verdict: 'provider-unreachable' })
    expect(told.reason).toContain('Groq cannot be asked now')
    await expect(house.life.validation.assertModelUsable('groq/allam-2-7b', 'summary')).resolves.toBeUndefined()
  })

  test('an empty list is no proof that a model is gone', async () => {
    simulator.models.shrink('groq', 0)
    expect(await ask('groq', 'allam-2-7b')).toMatchObject({ available: null, verdict: 'provider-unreachable' })
  })

  test('Together: listed is not served, until somebody saw it answer', async () => {
    const key = 'moonshotai/Kimi-K3'
    expect(await ask('together', key)).toMatchObject({ available: null, verdict: 'unconfirmed' })
    expect(await house.admin.test({ provider: 'together', key }, ADMIN)).toMatchObject({ ok: true })
    expect(await ask('together', key)).toMatchObject({ available: true })
  })

  test('a refusal by the provider outweighs its list for a while', async () => {
    simulator.addFault({ provider: 'groq', operation: 'chat', fault: 'unknown-model', times: 1 })
    await expect(
      house.ai.gateway.chat(
        { model: 'groq/allam-2-7b', messages: [{ role: 'user', content: 'Hello' }] },
        { fallbackModels: [] },
      ),
    ).rejects.toMatchObject({ code: 'model-not-found' })
    expect(await ask('groq', 'allam-2-7b')).toMatchObject({ available: false, verdict: 'not-served' })
    house.clock.set(house.clock.now() + 700_000)
    expect(await ask('groq', 'allam-2-7b')).toMatchObject({ available: true })
  })
})

describe('the cache', () => {
  test('many questions at once are one request, and later ones none', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('groq', 'allam-2-7b')))
    expect(answers.every(({ available }) => available === true)).toBe(true)
    expect(await ask('groq', 'openai/gpt-oss-20b')).toMatchObject({ source: 'cache' })
    expect(lists('groq')).toHaveLength(1)
  })

  test('an old list is given at once while a new one is fetched', async () => {
    await ask('groq', 'allam-2-7b')
    simulator.models.remove('groq', 'allam-2-7b')
    house.clock.set(house.clock.now() + 61_000)
    expect(await ask('groq', 'allam-2-7b')).toMatchObject({ available: true, source: 'cache' })
    await expect.poll(async () => (await ask('groq', 'allam-2-7b')).verdict).toBe('not-served')
    expect(lists('groq')).toHaveLength(2)
  })

  test('a list too old to be told is not told', async () => {
    await ask('groq', 'allam-2-7b')
    await simulator.refuse('groq', true)
    house.clock.set(house.clock.now() + 700_000)
    expect(await ask('groq', 'allam-2-7b')).toMatchObject({ verdict: 'provider-unreachable' })
  })

  test('a provider that failed is left alone for a moment, then asked again', async () => {
    simulator.addFault({ provider: 'groq', operation: 'models', fault: 'status:500', times: 1 })
    expect(await ask('groq', 'allam-2-7b')).toMatchObject({ available: null })
    const asked = lists('groq').length
    expect(await ask('groq', 'allam-2-7b')).toMatchObject({ available: null, source: 'cache' })
    expect(lists('groq')).toHaveLength(asked)
    house.clock.set(house.clock.now() + 11_000)
    expect(await ask('groq', 'allam-2-7b')).toMatchObject({ available: true, source: 'live' })
  })
})

test('what nobody has seen to answer is suggested only where too few are known to live', async () => {
  const row = house.ai.models.catalog.find('groq/llama-3.3-70b-versatile')
  const [near] = row === null ? [] : house.ai.models.catalog.suggest(row, 'chat', 1)
  // The nearest is one of a list that proves nothing.
  expect(near?.provider).toBe('together')
  await house.life.validation.askAll()
  const { suggestions } = await ask('groq', 'llama-3.3-70b-versatile')
  expect(suggestions).toHaveLength(3)
  for (const { provider, key } of suggestions) expect((await ask(provider, key)).available, key).toBe(true)
})

describe('before a recording is taken', () => {
  const refuse = (ref: string) => house.life.validation.assertModelUsable(ref, 'enhancement')

  test('what works passes, and so does a preference', async () => {
    for (const ref of ['groq/allam-2-7b', 'auto:best', 'auto', 'offline/basic', 'gpt-4o'])
      await expect(refuse(ref), ref).resolves.toBeUndefined()
  })

  test('a list older than a minute is not enough, but one that cannot be had anew is', async () => {
    await ask('groq', 'allam-2-7b')
    simulator.models.remove('groq', 'allam-2-7b')
    house.clock.set(house.clock.now() + 61_000)
    await expect(refuse('groq/allam-2-7b')).rejects.toMatchObject({ code: 'model-not-found' })
    await simulator.refuse('groq', true)
    house.clock.set(house.clock.now() + 61_000)
    await expect(refuse('groq/openai/gpt-oss-20b')).resolves.toBeUndefined()
  })

  test('what does not work is refused with live models to take instead', async () => {
    simulator.models.remove('groq', 'allam-2-7b')
    await expect(refuse('groq/allam-2-7b')).rejects.toMatchObject({
      code: 'model-not-found',
      details: {
        provider: 'groq',
        model: 'allam-2-7b',
        operation: 'enhancement',
        suggestions: expect.arrayContaining([]) as unknown,
      },
    })
    await expect(refuse('groq/llama-3.3-70b-versatile')).rejects.toMatchObject({ code: 'model-inactive' })
    await expect(refuse('nobody/nothing')).rejects.toMatchObject({ code: 'model-unknown' })
    const error = await refuse('groq/llama-3.3-70b-versatile').catch((thrown: unknown) => thrown)
    const { suggestions } = (error as { details: { suggestions: string[] } }).details
    expect(suggestions).toHaveLength(3)
    for (const ref of suggestions) expect(house.ai.models.catalog.find(ref)?.active).toBe(true)
  })
})
