// OpenAI's SDK against servers that speak its format: Ollama's /v1, a server such as vLLM, Gemini's compatible path.
import OpenAI from 'openai'
import { expect, test } from 'vitest'
import { collect, KEY, useSimulator, WEATHER_SCHEMA } from './start-simulator.ts'

const running = useSimulator()
const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: WEATHER_SCHEMA } }]
const hello = [{ role: 'user' as const, content: 'Say hello. Use only one word.' }]
const weather = [{ role: 'user' as const, content: 'Use get_weather for Paris' }]

const SERVERS = [
  { name: 'ollama', model: 'qwen3.5:2b', url: () => `${running.urls.ollama}/v1` },
  { name: 'compatible', model: 'local-reasoner', url: () => running.urls.compatible },
  { name: 'gemini', model: 'gemini-2.5-flash', url: () => `${running.urls.gemini}/openai` },
]
const clientOf = (url: string, apiKey = KEY) => new OpenAI({ apiKey, baseURL: url, maxRetries: 0 })

test.each(SERVERS)('$name answers, plain and streamed, and lists its models', async ({ model, url }) => {
  const client = clientOf(url())
  const plain = await client.chat.completions.create({ model, messages: hello })
  expect(plain.choices[0]?.message.content).toBe('Hello')
  const stream = await client.chat.completions.create({
    model,
    messages: hello,
    stream: true,
    stream_options: { include_usage: true },
  })
  const chunks = await collect(stream)
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('Hello')
  expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0)
  const ids = (await collect(client.models.list())).map((row) => row.id.replace('models/', ''))
  expect(ids).toContain(model)
})

test.each(SERVERS)('$name calls a tool', async ({ model, url }) => {
  const answer = await clientOf(url()).chat.completions.create({
    model,
    messages: weather,
    tools,
    tool_choice: 'required',
  })
  expect(answer.choices[0]?.finish_reason).toBe('tool_calls')
  const call = answer.choices[0]?.message.tool_calls?.[0]
  expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({ city: 'Paris', unit: 'celsius' })
})

test('a server such as vLLM streams thinking as reasoning_content', async () => {
  const stream = await clientOf(running.urls.compatible).chat.completions.create({
    model: 'local-reasoner',
    messages: hello,
    stream: true,
  })
  const deltas = (await collect(stream)).map(
    (chunk) => chunk.choices[0]?.delta as { reasoning_content?: string } | undefined,
  )
  expect(deltas.map((delta) => delta?.reasoning_content ?? '').join('')).toContain('The user asks')
})

test('Gemini’s compatible path leaves out the index and says stop with tools', async () => {
  const client = clientOf(`${running.urls.gemini}/openai`)
  const stream = await client.chat.completions.create({
    model: 'gemini-2.5-flash',
    messages: weather,
    tools,
    tool_choice: 'required',
    stream: true,
  })
  const chunks = await collect(stream)
  const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? [])
  expect(calls).toHaveLength(1)
  expect(calls[0]).not.toHaveProperty('index')
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop')
})

test('Gemini’s compatible path wraps errors in an array', async () => {
  const response = await fetch(`${running.urls.gemini}/openai/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gemini-2.5-flash', messages: hello, reasoning: true }),
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject([
    { error: { code: 400, message: 'Invalid JSON payload received. Unknown name "reasoning": Cannot find field.' } },
  ])
})

test('an unknown model is 404 in each server’s words', async () => {
  for (const { url } of SERVERS) {
    await expect(clientOf(url()).chat.completions.create({ model: 'nobody', messages: hello })).rejects.toMatchObject({
      status: 404,
    })
  }
})

test('Ollama’s own API tells limits and abilities', async () => {
  const show = await fetch(`${running.urls.ollama}/api/show`, {
    method: 'POST',
    body: JSON.stringify({ model: 'qwen3.5:2b' }),
  })
  expect(await show.json()).toMatchObject({
    capabilities: ['completion', 'tools', 'thinking', 'vision'],
    model_info: { 'qwen35.context_length': 32_768 },
  })
  const missing = await fetch(`${running.urls.ollama}/api/chat`, {
    method: 'POST',
    body: JSON.stringify({ model: 'nobody', messages: [] }),
  })
  expect([missing.status, await missing.json()]).toEqual([404, { error: "model 'nobody' not found" }])
})
