/**
 * The one door to ONNX Runtime. It knows tensors and files, nothing of speech.
 *
 * A run blocks the thread that calls it, and a native abort ends the process: both are why the engine lives in a child
 * process (child-engine.ts).
 */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { AppError } from '../errors.ts'

export { Tensor }
export type Session = InferenceSession
export type Feeds = Record<string, Tensor>

export interface SessionSettings {
  readonly threads: number
  /** Keeps freed memory for the next run; costs peak memory. */
  readonly arena?: boolean
}

/** Loads a model, or what was made of it in memory; one that the runtime refuses is `speech-model-invalid`. */
export const openSession = async (
  path: string,
  settings: SessionSettings,
  rewritten?: Uint8Array,
): Promise<Session> => {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    enableCpuMemArena: settings.arena ?? true,
    enableMemPattern: false,
    // Waiting threads sleep: the decoder works beside the encoder, and others beside both.
    // Weights stay out of the arena, which grows by doubling.
    extra: { session: { intra_op: { allow_spinning: '0' }, use_device_allocator_for_initializers: '1' } },
    logSeverityLevel: 3,
  }
  try {
    return await (rewritten === undefined
      ? InferenceSession.create(path, options)
      : InferenceSession.create(rewritten, options))
  } catch (cause) {
    throw new AppError('speech-model-invalid', 'The speech model cannot be loaded', {
      cause,
      details: { file: path, reason: cause instanceof Error ? cause.message : String(cause) },
    })
  }
}

/**
 * Runs with the outputs laid out beforehand in `fetches`, or `null` where the runtime lays them out.
 *
 * The runtime writes into what was laid out, and then hands out a copy of it. Copies are freed at once: left to the
 * collector, they make it run every tenth of a second and hold a hundred megabytes.
 */
export const runInto = async (
  session: Session,
  feeds: Feeds,
  fetches: Readonly<Record<string, Tensor | null>>,
): Promise<Record<string, Tensor>> => {
  const answer = await session.run(feeds, fetches)
  const outputs: Record<string, Tensor> = {}
  for (const [name, laidOut] of Object.entries(fetches)) {
    const given = answer[name] as Tensor
    outputs[name] = laidOut ?? given
    if (laidOut !== null && given.data !== laidOut.data) freeNow(given.data)
  }
  return outputs
}

/** Gives memory back without waiting for the collector; it must not be used any more, through whatever view. */
export const freeNow = (data: unknown): void => {
  if (ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer) data.buffer.transfer(0)
}

/** Element type of a model's input, e.g. `float16` where a half-precision export wants half-precision caches. */
export const inputType = (session: Session, name: string): 'float32' | 'float16' => {
  const found = session.inputMetadata.find((input) => input.name === name)
  return found !== undefined && found.isTensor && found.type === 'float16' ? 'float16' : 'float32'
}

export const floatTensor = (data: Float32Array, dimensions: readonly number[]): Tensor =>
  new Tensor('float32', data, dimensions)

export const integerTensor = (values: readonly number[], dimensions: readonly number[]): Tensor =>
  new Tensor('int64', BigInt64Array.from(values, BigInt), dimensions)

/** The numbers of a float tensor, widened when the model answers in half precision. */
export const floats = (tensor: Tensor | undefined): Float32Array => {
  const data = tensor?.data
  if (data instanceof Float32Array) return data
  if (data instanceof Uint16Array) return Float32Array.from(new Float16Array(data.buffer, data.byteOffset, data.length))
  if (data instanceof Float16Array) return Float32Array.from(data)
  throw new AppError('speech-model-invalid', 'The speech model answers in an unknown form', {
    details: { type: tensor?.type ?? 'none' },
  })
}
