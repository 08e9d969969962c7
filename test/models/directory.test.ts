/** What the page lists to choose from: each model with what is known of it, and whom an automatic choice would ask. */
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createModelDirectory } from '../../src/app/model-directory.ts'
import type { ModelStatistics } from '../../src/models/usage/model-statistics.ts'
import { useSimulator } from '../simulator/start-simulator.ts'
import { openModelHouse, type ModelHouse } from './house.ts'

const FIGURES = {
  requests: 120,
  errorRate: 0.05,
  averageMs: 950,
  p50Ms: 800,
  p95Ms: 2_100,
  firstTokenP50Ms: 200,
  tokensPerRequest: 1_800,
}

const running = useSimulator()
const { simulator } = running
const places = { shippedDirectory: '/nowhere', modelsDirectory: '/nowhere' }
const houses: ModelHouse[] = []
afterAll(() => Promise.all(houses.map((one) => one.close())))

const open = async (environment: Record<string, string> = {}, preferred?: string) => {
  const house = await openModelHouse(running.urls, { environment })
  houses.push(house)
  const recorded = new Map<string, ReturnType<ModelStatistics['of']>>()
  const directory = createModelDirectory({
    ai: house.ai,
    validation: house.life.validation,
    figures: (provider, key) => recorded.get(`${provider}/${key}`) ?? { day: null, week: null },
    places,
    preferred,
  })
  const list = (live: boolean) => directory.list(live, new AbortController().signal)
  const find = async (ref: string, live = false) => (await list(live)).models.find((model) => model.ref === ref)
  const chat = (model: string) =>
    house.ai.gateway.chat({ model, messages: [{ role: 'user', content: 'Hello' }] }, { fallbackModels: [] })
  return { house, list, find, chat, recorded }
}
let opened: Awaited<ReturnType<typeof open>>
beforeEach(async () => {
  opened = await open()
})
const listCalls = () => simulator.log().filter(({ operation }) => operation === 'models').length

test('without being told to, nobody is asked', async () => {
  expect(await opened.find('groq/allam-2-7b')).toMatchObject({
    providerName: 'Groq',
    available: true,
    availability: 'unknown',
    checkedAt: null,
    statistics: { requests: 0, errorRate: null, averageMs: null, day: null, week: null },
  })
  expect(listCalls()).toBe(0)
})

test('asked for now: what the provider lists is available, what it dropped is not, each with the time', async () => {
  simulator.models.remove('groq', 'qwen/qwen3.6-27b')
  expect(await opened.find('groq/allam-2-7b', true)).toMatchObject({ available: true, availability: 'available' })
  expect(await opened.find('groq/qwen/qwen3.6-27b')).toMatchObject({
    available: false,
    availability: 'not-found',
    unavailableReason: 'Groq does not list it now',
  })
  expect((await opened.find('groq/allam-2-7b'))?.checkedAt).toMatch(/^2026-11-22T/)
  const calls = listCalls()
  await opened.list(true)
  expect(listCalls()).toBe(calls)
})

test('a provider that does not answer takes nothing from the list', async () => {
  await simulator.refuse('groq', true)
  expect(await opened.find('groq/allam-2-7b', true)).toMatchObject({ available: true, availability: 'unknown' })
})

test('switched off, or without a key: not to be chosen, with the reason', async () => {
  const { find } = await open({ GROQ_API_KEY: '' })
  expect(await find('groq/allam-2-7b')).toMatchObject({
    available: false,
    availability: 'unknown',
    unavailableReason: 'No key is set for Groq',
  })
  expect(await opened.find('groq/llama-3.3-70b-versatile')).toMatchObject({
    available: false,
    unavailableReason: 'Retired by Groq on 2026-08-16',
  })
})

test('speed and error rate are those of the last calls', async () => {
  // A quick machine would answer within the millisecond.
  simulator.setPace({ firstTokenMs: 10 })
  await opened.chat('groq/allam-2-7b')
  simulator.addFault({ provider: 'groq', operation: 'chat', fault: 'unknown-model', times: 1 })
  await opened.chat('groq/allam-2-7b').catch(() => undefined)
  const told = await opened.find('groq/allam-2-7b')
  expect(told?.statistics).toMatchObject({ requests: 2, errorRate: 0.5 })
  expect(told?.statistics.averageMs).toBeGreaterThan(0)
  expect(told).toMatchObject({ available: false, availability: 'not-found' })
})

test('an automatic choice names whom it would ask now', async () => {
  const { automatic, models } = await opened.list(false)
  const cheapest = automatic.find(({ ref }) => ref === 'auto:cheapest')
  const chosen = models.find(({ ref }) => ref === cheapest?.model)
  const usable = models.filter(({ available, basic }) => available && !basic)
  expect(chosen?.creditMultiplier).toBe(Math.min(...usable.map((model) => model.creditMultiplier)))
  expect(automatic.map(({ preset }) => preset)).toEqual([false, false, false])
})

test('the administrator’s choice stands behind the best; without any key the built-in one does', async () => {
  const set = await open({}, 'groq/allam-2-7b')
  expect((await set.list(false)).automatic[0]).toEqual({ ref: 'auto:best', model: 'groq/allam-2-7b', preset: true })
  const keys = ['OPENAI', 'TOGETHER', 'GROQ', 'GEMINI', 'ANTHROPIC']
  const keyless = await open({
    ...Object.fromEntries(keys.map((name) => [`${name}_API_KEY`, ''])),
    OLLAMA_BASE_URL: '',
  })
  expect((await keyless.list(false)).automatic.map(({ model }) => model)).toEqual([
    'offline/basic',
    'offline/basic',
    'offline/basic',
  ])
})

test('the figures of the last day and week stand beside the ones that choices go by', async () => {
  const week = { ...FIGURES, requests: 900, errorRate: 0.02 }
  opened.recorded.set('groq/allam-2-7b', { day: FIGURES, week })
  expect((await opened.find('groq/allam-2-7b'))?.statistics).toMatchObject({
    requests: 0,
    day: { requests: 120, errorRate: 0.05, p50Ms: 800, p95Ms: 2_100 },
    week: { requests: 900, errorRate: 0.02 },
  })
})
