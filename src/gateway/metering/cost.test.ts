import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readAnthropicUsage } from '../dialects/anthropic-decode.ts'
import { readGeminiUsage } from '../dialects/gemini-decode.ts'
import { readOpenAiUsage } from '../dialects/usage.ts'
import type { Usage } from '../types/attempts.ts'
import type { Prices } from '../types/models.ts'
import { costOf } from './cost.ts'

interface Row {
  readonly provider: string
  readonly body: {
    readonly model?: string
    readonly modelVersion?: string
    readonly usage?: unknown
    readonly usageMetadata?: unknown
  }
  readonly tokens: Readonly<Record<string, number>>
  readonly input_price_usd: string
  readonly output_price_usd: string
}

const file = new URL('../../../test/fixtures/providers/usage-costs.json', import.meta.url)
const rows = (JSON.parse(readFileSync(file, 'utf8')) as { rows: Row[] }).rows

const price = (input: number, output: number | null, more: Partial<Prices> = {}): Prices => ({
  inputPerMillion: input,
  outputPerMillion: output,
  ...more,
})
const claude = (input: number, output: number): Prices =>
  price(input, output, { cachedInputPerMillion: input / 10, cacheWritePerMillion: input * 1.25 })
const audio = (input: number, output: number, sound: number): Prices =>
  price(input, output, {
    cachedInputPerMillion: input / 10,
    audioInputPerMillion: sound,
    cachedAudioInputPerMillion: sound / 10,
  })

/** Prices in USD per million tokens as the recording's own price list had them (August 2026). First match wins. */
const PRICES: readonly (readonly [RegExp, Prices])[] = [
  [/^claude-3-opus/, claude(15, 75)],
  [/^claude-haiku-4-5/, claude(1, 5)],
  [/^claude-opus/, claude(5, 25)],
  [/^claude-sonnet-5/, claude(2, 10)],
  [
    /^claude-sonnet-4-5/,
    {
      ...claude(3, 15),
      tiers: [
        {
          aboveInputTokens: 200_000,
          inputPerMillion: 6,
          outputPerMillion: 22.5,
          cachedInputPerMillion: 0.6,
          cacheWritePerMillion: 7.5,
        },
      ],
    },
  ],
  [/^claude-sonnet/, claude(3, 15)],
  [/^gemini-1\.5-flash/, price(0.075, 0.3)],
  [/^gemini-2\.0-flash/, price(0.1, 0.4, { audioInputPerMillion: 0.7 })],
  [/^gemini-2\.5-flash-image/, price(0.3, 2.5, { imageOutputPerMillion: 30 })],
  [/^gemini-2\.5-flash-lite/, audio(0.1, 0.4, 0.3)],
  [/^gemini-2\.5-flash/, audio(0.3, 2.5, 1)],
  [/^gemini-2\.5-pro/, price(1.25, 10)],
  [/^gemini-3-flash/, audio(0.5, 3, 1)],
  [/^gemini-3-pro-image/, price(2, 12, { imageOutputPerMillion: 120 })],
  [/^gemini-3-pro/, price(2, 12)],
  [/^gemini-3\.1-flash-lite/, price(0.25, 1.5)],
  [/^gemini-3\.5-flash/, price(1.5, 9)],
  [/^deepseek-r1-distill/, price(0.75, 0.99)],
  [/^llama-3\.3-70b/, price(0.59, 0.79)],
  [/^llama3-8b/, price(0.05, 0.08)],
  [/llama-4-maverick/, price(0.2, 0.6)],
  [/llama-4-scout/, price(0.11, 0.34)],
  [/^openai\/gpt-oss-120b/, price(0.15, 0.6, { cachedInputPerMillion: 0.075 })],
  [/^gpt-oss-120b/, price(0.039, 0.18)],
  [/qwen3-32b/, price(0.29, 0.59)],
  [/^gpt-4\.1-mini/, price(0.4, 1.6)],
  [/^gpt-4\.1-nano/, price(0.1, 0.4)],
  [/^gpt-4\.5/, price(75, 150)],
  [/^gpt-4o-mini/, price(0.15, 0.6)],
  [/^gpt-4o/, price(2.5, 10)],
  [/^gpt-5-mini/, price(0.25, 2)],
  [/^gpt-5\.4-mini/, price(0.75, 4.5)],
  [/^gpt-5\.6-sol/, price(5, 30, { cachedInputPerMillion: 0.5, cacheWritePerMillion: 6.25 })],
  [/^gpt-5/, price(1.25, 10)],
  [/^o[13]-mini/, price(1.1, 4.4)],
  [/^text-embedding-3-small/, price(0.02, null)],
]

const readUsage = (row: Row): Usage | null => {
  if (row.provider === 'google') return readGeminiUsage(row.body.usageMetadata)
  return row.provider === 'anthropic' ? readAnthropicUsage(row.body.usage) : readOpenAiUsage(row.body.usage)
}

describe('recorded usage: tokens and cost', () => {
  test.each(rows.map((row, index) => ({ row, name: `${index} ${row.body.model ?? row.body.modelVersion ?? ''}` })))(
    '$name',
    ({ row }) => {
      const usage = readUsage(row)
      const { tokens } = row
      if (usage === null) throw new Error('no usage was read')
      expect(usage.inputTokens).toBe(tokens['input_tokens'])
      expect(usage.outputTokens).toBe(tokens['output_tokens'] ?? 0)
      expect(usage.cachedInputTokens).toBe(tokens['cache_read_tokens'] ?? 0)
      expect(usage.cacheWriteTokens).toBe(tokens['cache_write_tokens'] ?? 0)
      expect(usage.reasoningTokens).toBe(tokens['output_reasoning_tokens'] ?? 0)
      expect(usage.audioInputTokens ?? 0).toBe(tokens['input_audio_tokens'] ?? 0)
      expect(usage.imageOutputTokens ?? 0).toBe(tokens['output_image_tokens'] ?? 0)

      const prices = PRICES.find(([pattern]) => pattern.test(row.body.model ?? row.body.modelVersion ?? ''))?.[1]
      if (prices === undefined) throw new Error('no price for this model')
      const usd = Number(row.input_price_usd) + Number(row.output_price_usd)
      expect(costOf({ usage, prices })).toBe(Math.ceil(Number((usd * 100_000_000).toFixed(6))))
    },
  )

  test('all 97 rows are there', () => expect(rows).toHaveLength(97))
})

const used = (changes: Partial<Usage>): Usage => ({
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  reported: true,
  ...changes,
})

describe('what is unknown', () => {
  test('no prices: unknown, never 0', () =>
    expect(costOf({ usage: used({ inputTokens: 5 }), prices: null })).toBeNull())

  test('a missing rate for tokens that were used makes the whole cost unknown', () => {
    const prices = price(1, null)
    expect(costOf({ usage: used({ inputTokens: 10, outputTokens: 1 }), prices })).toBeNull()
    expect(costOf({ usage: used({ inputTokens: 10 }), prices })).toBe(1000)
  })

  test('an answer whose usage nobody reported does not cost 0', () =>
    expect(costOf({ usage: used({ reported: false }), prices: price(1, 1) })).toBeNull())

  test('a price of 0 is 0', () =>
    expect(costOf({ usage: used({ inputTokens: 5, outputTokens: 5 }), prices: price(0, 0) })).toBe(0))

  test('audio without a price by the minute is unknown', () =>
    expect(costOf({ usage: used({ audioSecond: 60 }), prices: price(1, 1) })).toBeNull())
})

describe('other units', () => {
  test('audio by the minute, whatever tokens are told beside it', () => {
    const prices = price(2.5, 10, { audioPerMinute: 0.006 })
    expect(costOf({ usage: used({ audioSecond: 90, inputTokens: 100 }), prices })).toBe(900_000)
  })

  test('images by the piece', () =>
    expect(costOf({ usage: used({ reported: false }), prices: price(0, 0, { perImage: 0.04 }), imageCount: 2 })).toBe(
      8_000_000,
    ))

  test('once over a tier, all tokens cost its price', () => {
    const prices = price(2, 12, { tiers: [{ aboveInputTokens: 200_000, inputPerMillion: 4, outputPerMillion: 18 }] })
    expect(costOf({ usage: used({ inputTokens: 200_000 }), prices })).toBe(200_000 * 200)
    expect(costOf({ usage: used({ inputTokens: 200_001, outputTokens: 10 }), prices })).toBe(200_001 * 400 + 10 * 1800)
  })

  test('a tier without a cached price scales the plain one', () => {
    const prices = price(2, 12, {
      cachedInputPerMillion: 0.2,
      tiers: [{ aboveInputTokens: 100, inputPerMillion: 4, outputPerMillion: 18 }],
    })
    expect(costOf({ usage: used({ inputTokens: 1000, cachedInputTokens: 1000 }), prices })).toBe(1000 * 40)
  })

  test('fractions of a microcent are rounded up', () =>
    expect(costOf({ usage: used({ inputTokens: 1 }), prices: price(0.039, 0.18) })).toBe(4))
})
