/** Asks the hub (or a mirror with its paths) which files a model has, how large they are, and their checksums. */
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { SpeechModelRow } from '../catalog.ts'
import { variantFile } from '../whisper/model-files.ts'

/** Where models come from unless a mirror is set. */
export const HUB_URL = 'https://huggingface.co'

const Listing = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.number().int().nonnegative(),
    oid: z.string(),
    lfs: z.object({ oid: z.string() }).optional(),
  }),
)

export interface ModelFile {
  readonly path: string
  readonly bytes: number
  /** Large files carry the SHA-256 of their content, small ones git's SHA-1 of a blob. */
  readonly checksum: { readonly kind: 'sha256' | 'git-sha1'; readonly value: string }
}

export type Fetch = (url: string, init: { signal: AbortSignal; headers?: Record<string, string> }) => Promise<Response>

export const downloadFailed = (message: string, details: Record<string, unknown>, cause?: unknown): AppError =>
  new AppError('speech-download-failed', message, { details, ...(cause === undefined ? {} : { cause }) })

/** The files that an engine needs, nothing else of the repository. Fails with `speech-download-failed`. */
export const listModelFiles = async (
  row: SpeechModelRow,
  baseUrl: string,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<ModelFile[]> => {
  const url = `${baseUrl}/api/models/${row.repository}/tree/main?recursive=true`
  const listing = Listing.safeParse(await readJson(url, fetch, signal))
  if (!listing.success) throw downloadFailed('The hub’s list of files cannot be read', { url })
  const wanted = wantedPaths(row)
  const files = listing.data.filter((file) => file.type === 'file' && wanted.some((pattern) => pattern.test(file.path)))
  const missing = wanted.filter(
    (pattern) => !pattern.source.includes('_data') && !files.some((file) => pattern.test(file.path)),
  )
  if (missing.length > 0)
    throw downloadFailed('The hub’s copy of this model is not complete', { url, missing: missing.map(String) })
  return files.map((file) => ({
    path: file.path,
    bytes: file.size,
    checksum: file.lfs === undefined ? { kind: 'git-sha1', value: file.oid } : { kind: 'sha256', value: file.lfs.oid },
  }))
}

/** Exact paths, so that nothing in a listing can name a place outside the model's folder. */
const wantedPaths = (row: SpeechModelRow): RegExp[] =>
  [
    'config.json',
    'generation_config.json',
    'tokenizer.json',
    `onnx/${variantFile('encoder_model', row.variant)}`,
    `onnx/${variantFile('decoder_model_merged', row.variant)}`,
  ].flatMap((path) => {
    const exact = path.replaceAll('.', '\\.')
    // Models over 2 GB keep their weights in files beside the graph.
    return path.startsWith('onnx/')
      ? [new RegExp(`^${exact}$`), new RegExp(`^${exact}_data(_\\d+)?$`)]
      : [new RegExp(`^${exact}$`)]
  })

const readJson = async (url: string, fetch: Fetch, signal: AbortSignal): Promise<unknown> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]) })
    if (!response.ok) throw downloadFailed(`The hub answered ${response.status}`, { url, status: response.status })
    return await response.json()
  } catch (thrown) {
    if (signal.aborted || thrown instanceof AppError) throw thrown
    throw downloadFailed('The hub cannot be reached', { url, reason: reasonOf(thrown) }, thrown)
  }
}

/** `fetch failed` hides what happened in its cause. */
export const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown)
  return thrown.cause instanceof Error ? `${thrown.message}: ${thrown.cause.message}` : thrown.message
}
