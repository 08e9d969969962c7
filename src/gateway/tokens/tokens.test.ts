import fc from 'fast-check'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { expect, test } from 'vitest'
import { row } from '../testing/scripted-caller.ts'
import { planBudget } from './budget.ts'
import { createCalibration } from './calibration.ts'
import { createTokenCounter } from './counter.ts'
import type { JsonObject } from '../types/json.ts'
import type { ChatRequest } from '../types/requests.ts'
import { estimateText } from './estimate.ts'

const POLICY = { minimumOutput: 512, defaultOutput: 16_384, unknownContext: 8_192, unknownOutput: 2_048 }
const TEXTS = [
  'The committee met on Tuesday to discuss the budget for the coming year, and agreed that nothing would change. '.repeat(
    20,
  ),
  'Toplantıda önümüzdeki yılın bütçesi görüşüldü; çalışanların önerileri değerlendirildi ve karar ertelendi. '.repeat(
    20,
  ),
  '会议讨论了明年的预算，大家一致同意保持不变。下次会议定于周五举行。'.repeat(20),
  'Комитет собрался во вторник, чтобы обсудить бюджет на следующий год, и решил ничего не менять. '.repeat(20),
  'const total = items.reduce((sum, item) => sum + item.price * item.count, 0) // {}[]();\n'.repeat(20),
]

test('the estimate with its first margin is never below a real tokenizer on prose and code, and never three times above', () => {
  for (const text of TEXTS) {
    const real = countTokens(text)
    const estimated = estimateText(text) * 1.15
    expect(estimated, text.slice(0, 20)).toBeGreaterThanOrEqual(real)
    expect(estimated, text.slice(0, 20)).toBeLessThan(real * 3)
  }
})

test('property: input and output together never exceed the context', () => {
  fc.assert(
    fc.property(
      fc.option(fc.integer({ min: 600, max: 2_000_000 })),
      fc.option(fc.integer({ min: 16, max: 200_000 })),
      fc.nat(3_000_000),
      fc.option(fc.integer({ min: 1, max: 300_000 }), { nil: undefined }),
      (contextLength, maxOutputTokens, input, wanted) => {
        const budget = planBudget({ contextLength, maxOutputTokens }, input, wanted, POLICY)
        if (budget === null) return
        expect(input + budget.outputTokens).toBeLessThanOrEqual(contextLength ?? POLICY.unknownContext)
        expect(budget.outputTokens).toBeGreaterThanOrEqual(Math.min(512, wanted ?? 512))
        if (maxOutputTokens !== null) expect(budget.outputTokens).toBeLessThanOrEqual(maxOutputTokens)
      },
    ),
  )
})

test('a budget that leaves no useful answer is none', () => {
  expect(planBudget({ contextLength: 2_048, maxOutputTokens: null }, 1_900, undefined, POLICY)).toBeNull()
  expect(planBudget({ contextLength: 2_048, maxOutputTokens: null }, 1_900, 50, POLICY)?.outputTokens).toBe(50)
})

test('calibration comes closer to what is reported, and its margin shrinks with evidence', () => {
  const calibration = createCalibration()
  const model = row('alpha/one')
  const counter = createTokenCounter({ calibration })
  const request = { model: 'x', messages: [{ role: 'user' as const, content: 'word '.repeat(2_000) }] }
  const first = counter.request(model, request)
  const reported = Math.round(counter.raw(model, request) * 0.8)
  const factors: number[] = []
  for (let nth = 0; nth < 20; nth += 1) {
    calibration.observe('alpha/one', counter.raw(model, request), reported)
    factors.push(calibration.factor('alpha/one'))
  }
  expect(counter.request(model, request)).toBeLessThan(first)
  expect(counter.request(model, request)).toBeGreaterThanOrEqual(reported)
  expect(factors.at(-1)).toBeLessThan(factors[0] ?? 0)
})

test('a request of texts, pictures, tools and a schema counts as the sum of them, each more than nothing', () => {
  const plain: ChatRequest = { model: 'any', messages: [{ role: 'user', content: TEXTS[0] ?? '' }] }
  const withPicture: ChatRequest = {
    ...plain,
    messages: [
      { role: 'system', content: 'Be short.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: TEXTS[0] ?? '' },
          { type: 'image', source: { base64: 'AAAA', mediaType: 'image/png' } },
        ],
      },
    ],
  }
  const parameters: JsonObject = {
    type: 'object',
    properties: { place: { type: 'string', description: TEXTS[1] ?? '' } },
  }
  const tools: ChatRequest['tools'] = [{ name: 'weather', description: 'Tells the weather', parameters }]
  const responseFormat: ChatRequest['responseFormat'] = { type: 'schema', name: 'answer', schema: parameters }
  const counter = createTokenCounter({
    calibration: createCalibration([{ model: 'alpha/one', count: 1e9, mean: 1, spread: 0 }]),
  })
  const of = (request: ChatRequest): number => counter.request(row('alpha/one'), request)
  const [tool, schema] = [
    { ...plain, tools },
    { ...plain, responseFormat },
  ].map((one) => of(one) - of(plain))
  expect(of(withPicture) - of(plain)).toBeGreaterThan(85)
  expect(tool).toBeGreaterThan(estimateText(TEXTS[1] ?? ''))
  expect(schema).toBeGreaterThan(estimateText(TEXTS[1] ?? ''))
  const all = of({ ...withPicture, tools, responseFormat })
  expect(all).toBe(of(withPicture) + (tool ?? 0) + (schema ?? 0))
  const [contextLength, maxOutputTokens] = [all + 1_000, 4_096]
  const budget = planBudget({ contextLength, maxOutputTokens }, all, undefined, POLICY)
  expect(all + (budget?.outputTokens ?? 0)).toBeLessThan(contextLength)
  expect(planBudget({ contextLength: all + 500, maxOutputTokens }, all, undefined, POLICY)).toBeNull()
})
