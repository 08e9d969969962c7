/** Finds the ONNX files of a Whisper folder in the public hub's layout, whichever variants are there. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'

/** File name endings of the hub's variants; '' is the unmarked one. Order of preference on a processor. */
export const VARIANTS = ['', 'quantized', 'int8', 'uint8', 'q4', 'fp16', 'q4f16', 'bnb4'] as const
export type Variant = (typeof VARIANTS)[number]

export interface WhisperFiles {
  readonly encoder: string
  readonly decoder: string
  /** Computes the spectrogram; absent in most hub folders. */
  readonly mel: string | undefined
}

export const variantFile = (name: string, variant: Variant): string =>
  `${name}${variant === '' ? '' : `_${variant}`}.onnx`

/** With `variant`, that one alone is taken. Fails with `speech-model-missing`, naming what is not there. */
export const findWhisperFiles = async (folder: string, variant?: Variant): Promise<WhisperFiles> => {
  const variants = variant === undefined ? VARIANTS : [variant]
  const encoder = await firstExisting(
    folder,
    variants.map((each) => variantFile('encoder_model', each)),
  )
  const decoder = await firstExisting(
    folder,
    variants.map((each) => variantFile('decoder_model_merged', each)),
  )
  if (encoder === undefined || decoder === undefined) {
    const missing = [
      encoder === undefined ? 'encoder_model' : undefined,
      decoder === undefined ? 'decoder_model_merged' : undefined,
    ]
    throw new AppError(
      'speech-model-missing',
      `The folder holds no ${missing.filter(Boolean).join(' and no ')} in onnx/`,
      {
        details: { folder, variant: variant ?? 'any' },
      },
    )
  }
  return { encoder, decoder, mel: await firstExisting(folder, ['log_mel.onnx']) }
}

const firstExisting = async (folder: string, names: readonly string[]): Promise<string | undefined> => {
  for (const name of names) {
    const path = join(folder, 'onnx', name)
    if (await exists(path)) return path
  }
  return undefined
}

const exists = async (path: string): Promise<boolean> => {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
