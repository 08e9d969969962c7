/** What a Whisper folder says about itself: `config.json` and `generation_config.json`, checked and put in our words. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { WhisperTokenizer } from './tokenizer.ts'

const ConfigFile = z.object({
  d_model: z.number().int().positive(),
  decoder_layers: z.number().int().positive(),
  decoder_attention_heads: z.number().int().positive(),
  encoder_attention_heads: z.number().int().positive(),
  max_source_positions: z.number().int().positive().default(1500),
  max_target_positions: z.number().int().positive().default(448),
  num_mel_bins: z.number().int().positive().default(80),
  vocab_size: z.number().int().positive(),
})

const GenerationFile = z.object({
  suppress_tokens: z.array(z.number().int()).nullish(),
  begin_suppress_tokens: z.array(z.number().int()).nullish(),
  lang_to_id: z.record(z.string(), z.number().int()).nullish(),
  alignment_heads: z.array(z.tuple([z.number().int(), z.number().int()])).nullish(),
  is_multilingual: z.boolean().nullish(),
})

export interface WhisperSettings {
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly encoderHeads: number
  /** Frames of the encoder's output: 1500 for 30 s. */
  readonly frames: number
  readonly longestOutput: number
  readonly melBands: number
  readonly vocabulary: number
  readonly endOfText: number
  readonly startOfTranscript: number
  readonly transcribe: number
  readonly noTimestamps: number
  /** Undefined where the tokenizer has no such token. */
  readonly noSpeech: number | undefined
  readonly firstTimestamp: number
  /** ISO code → token; empty for a model that knows English only. */
  readonly languages: ReadonlyMap<string, number>
  readonly suppressed: readonly number[]
  readonly suppressedAtStart: readonly number[]
  /** [layer, head] pairs whose attention follows the sound; empty when the model does not tell. */
  readonly alignmentHeads: readonly (readonly [number, number])[]
}

/** Reads the folder's settings. Fails with `speech-model-invalid`. */
export const loadWhisperSettings = async (folder: string, tokenizer: WhisperTokenizer): Promise<WhisperSettings> => {
  try {
    const config = ConfigFile.parse(await readJson(join(folder, 'config.json')))
    const generation = GenerationFile.parse(await readJson(join(folder, 'generation_config.json')))
    return toSettings(config, generation, tokenizer)
  } catch (cause) {
    throw new AppError('speech-model-invalid', 'The speech model’s settings cannot be read', {
      cause,
      details: { folder, reason: cause instanceof Error ? cause.message : String(cause) },
    })
  }
}

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))

const toSettings = (
  config: z.infer<typeof ConfigFile>,
  generation: z.infer<typeof GenerationFile>,
  tokenizer: WhisperTokenizer,
): WhisperSettings => {
  const required = (content: string): number => {
    const id = tokenizer.special(content)
    if (id === undefined) throw new Error(`tokenizer.json has no ${content}`)
    return id
  }
  const noTimestamps = required('<|notimestamps|>')
  return {
    width: config.d_model,
    layers: config.decoder_layers,
    heads: config.decoder_attention_heads,
    encoderHeads: config.encoder_attention_heads,
    frames: config.max_source_positions,
    longestOutput: config.max_target_positions,
    melBands: config.num_mel_bins,
    vocabulary: config.vocab_size,
    endOfText: required('<|endoftext|>'),
    startOfTranscript: required('<|startoftranscript|>'),
    transcribe: required('<|transcribe|>'),
    noTimestamps,
    noSpeech: tokenizer.special('<|nospeech|>') ?? tokenizer.special('<|nocaptions|>'),
    firstTimestamp: noTimestamps + 1,
    languages: new Map(
      Object.entries(generation.lang_to_id ?? {}).map(([name, id]) => [name.replace(/[<|>]/g, ''), id]),
    ),
    suppressed: generation.suppress_tokens ?? [],
    suppressedAtStart: generation.begin_suppress_tokens ?? [],
    alignmentHeads: (generation.alignment_heads ?? []).filter(
      ([layer, head]) => layer < config.decoder_layers && head < config.decoder_attention_heads,
    ),
  }
}
