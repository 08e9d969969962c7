/**
 * How many tokens a picture takes, by each provider's own rule, as data. A family is a pattern over ids; the first that
 * matches holds. Where sources differ the higher number is taken: an estimate that is too low fails a call.
 *
 * Sources: OpenAI, “Images and vision: calculating costs” (developers.openai.com/api/docs/guides/images-vision) and counts
 * of pictures sent to gpt-5 to gpt-5.4 (community.openai.com/t/1377015); Anthropic, “Vision” (platform.claude.com/docs/en/
 * build-with-claude/vision); Google, “Media resolution” and “Understand and count tokens” (ai.google.dev/gemini-api/docs).
 * For the models of 2026 all three agree with the counts of ten sizes in huggingface.co/datasets/JOHNISKING/image-token-cost.
 */
export type PictureRule =
  /** A token for each square of `side` pixels, times `multiplier`; larger pictures are shrunk to `most` squares. */
  | {
      readonly kind: 'patches'
      readonly side: number
      readonly most: number
      readonly multiplier: number
      /** At `detail: high`, where that shrinks further. */
      readonly mostAtHigh?: number
    }
  /** Shrunk into 2,048 × 2,048 and to a shorter side of 768, then a base and so much for each tile of 512 pixels. */
  | { readonly kind: 'tiles'; readonly base: number; readonly tile: number }
  /** Small pictures are one tile; others are cut into tiles of two thirds of their shorter side, 256 to 768 pixels. */
  | { readonly kind: 'crops'; readonly tile: number; readonly small: number }
  | { readonly kind: 'flat'; readonly tokens: number }

export interface PictureFamily {
  readonly provider: string
  readonly pattern: RegExp
  readonly rule: PictureRule
}

export const UNLIMITED = Number.POSITIVE_INFINITY
const patches32 = (multiplier: number, most: number, mostAtHigh?: number): PictureRule => ({
  kind: 'patches',
  side: 32,
  most,
  multiplier,
  ...(mostAtHigh !== undefined && { mostAtHigh }),
})
const patches28 = (most: number): PictureRule => ({ kind: 'patches', side: 28, most, multiplier: 1 })

export const PICTURE_FAMILIES: readonly PictureFamily[] = [
  { provider: 'openai', pattern: /^gpt-4o-mini/, rule: { kind: 'tiles', base: 2_833, tile: 5_667 } },
  { provider: 'openai', pattern: /^gpt-4\.1-mini/, rule: patches32(1.62, 1_536) },
  { provider: 'openai', pattern: /^gpt-4\.1-nano/, rule: patches32(2.46, 1_536) },
  { provider: 'openai', pattern: /^gpt-4|^chatgpt-4o/, rule: { kind: 'tiles', base: 85, tile: 170 } },
  { provider: 'openai', pattern: /^o4-mini/, rule: patches32(1.72, 1_536) },
  { provider: 'openai', pattern: /^o[13](-|$)/, rule: { kind: 'tiles', base: 75, tile: 150 } },
  // The guide says 1.62 and 2.46, counts say 1.2 and 1.5; a picture of 2,500 squares was counted whole at gpt-5.4-mini.
  { provider: 'openai', pattern: /^gpt-5(\.\d)?-mini/, rule: patches32(1.62, 2_500) },
  { provider: 'openai', pattern: /^gpt-5(\.\d)?-nano/, rule: patches32(2.46, 2_500) },
  { provider: 'openai', pattern: /^gpt-5(-\d|-chat|$)/, rule: { kind: 'tiles', base: 70, tile: 140 } },
  { provider: 'openai', pattern: /^gpt-5\.[1-4]/, rule: patches32(1.2, 2_500) },
  { provider: 'openai', pattern: /^gpt-5\.5/, rule: patches32(1.2, 10_000, 2_500) },
  // Left as they are unless `high` is asked for: the guide calls it `original`.
  { provider: 'openai', pattern: /./, rule: patches32(1.2, UNLIMITED, 2_500) },

  { provider: 'anthropic', pattern: /^claude-[a-z]+-(4-[7-9]|[5-9](-|$))/, rule: patches28(4_784) },
  // 1,568 by the guide; up to 1,592 were counted.
  { provider: 'anthropic', pattern: /./, rule: patches28(1_600) },

  { provider: 'gemini', pattern: /^gemini-(1|2)/, rule: { kind: 'crops', tile: 258, small: 384 } },
  { provider: 'gemini', pattern: /./, rule: { kind: 'flat', tokens: 1_120 } },

  // Qwen’s model cards: squares of 28 pixels, at most 16,384.
  { provider: 'groq', pattern: /qwen/, rule: patches28(16_384) },
  { provider: 'together', pattern: /Qwen/, rule: patches28(16_384) },
]
