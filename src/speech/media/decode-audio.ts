/** Any recording in, the work file (audio-file.ts) out. */
import { stat, unlink } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { SAMPLE_RATE } from '../audio-file.ts'
import { runTool, type RunResult } from '../ffmpeg.ts'
import { complaint, lastLines } from './complaint.ts'
import { codeOfComplaint } from './media-rules.ts'
import type { MediaInfo } from './probe-media.ts'
import { fileWord, INPUT_WORDS } from './tool-words.ts'

export interface DecodeOptions {
  readonly ffmpegPath: string
  readonly signal: AbortSignal
  /** From the probe: for progress, the time limit and to notice a recording that breaks off. */
  readonly info?: Pick<MediaInfo, 'durationSecond' | 'audio'>
  /** Longer recordings fail with `media-too-long`; 24 h unless said otherwise. */
  readonly longestSecond?: number
  /** Of all the work; by default 2 minutes and half the recording's length. */
  readonly timeoutMs?: number
  onProgress?(secondsDone: number, ofSeconds: number | undefined): void
}

export interface DecodedAudio {
  readonly durationSecond: number
  readonly bytes: number
}

const LONGEST_SECOND = 24 * 3600
const SHORTEST_DECODE_TIMEOUT_MS = 120_000
/** Less than this share of the promised length, and more than 2 s missing, is a recording that breaks off. */
const WHOLE_SHARE = 0.95
const FORGIVEN_SECOND = 2
const BYTES_PER_SECOND = SAMPLE_RATE * 2

/**
 * Writes the work file: 16 kHz, mono, signed 16 bit, no header. All channels are mixed. On failure no file is left.
 * Fails with `media-empty`, `media-truncated`, `media-too-long`, `media-not-recognized`, `media-encrypted`,
 * `ffmpeg-failed`, `disk-full`, `cancelled`.
 */
export const decodeAudio = async (
  inputPath: string,
  outputPath: string,
  options: DecodeOptions,
): Promise<DecodedAudio> => {
  const longestSecond = options.longestSecond ?? LONGEST_SECOND
  const promised = options.info?.durationSecond
  if (promised !== undefined && promised > longestSecond) throw tooLong(longestSecond)
  try {
    const run = await runTool(options.ffmpegPath, decodeWords(inputPath, outputPath, longestSecond, options), {
      signal: options.signal,
      timeoutMs:
        options.timeoutMs ?? SHORTEST_DECODE_TIMEOUT_MS + 500 * Math.min(promised ?? longestSecond, longestSecond),
      onOutput: progressReader((second) => options.onProgress?.(second, promised)),
    })
    const bytes = await sizeOf(outputPath)
    checkDecoded(run, bytes / BYTES_PER_SECOND, { inputPath, promised, longestSecond })
    return { durationSecond: bytes / BYTES_PER_SECOND, bytes }
  } catch (thrown) {
    await unlink(outputPath).catch(() => {})
    throw thrown
  }
}

/** One second more than allowed is decoded, to tell "just fits" from "too long". */
const decodeWords = (
  inputPath: string,
  outputPath: string,
  longestSecond: number,
  options: DecodeOptions,
): string[] => {
  const stream = options.info?.audio.find((each) => each.isDefault)?.index ?? 0
  return [
    ...['-nostdin', '-hide_banner', '-v', 'error', '-threads', '2', ...INPUT_WORDS, '-i', fileWord(inputPath)],
    ...['-map', `0:a:${stream}`, '-vn', '-sn', '-dn', '-map_metadata', '-1', '-t', String(longestSecond + 1)],
    ...['-ac', '1', '-ar', String(SAMPLE_RATE), '-c:a', 'pcm_s16le', '-f', 's16le'],
    ...['-progress', 'pipe:1', '-nostats', '-y', fileWord(outputPath)],
  ]
}

const progressReader = (tell: (second: number) => void): ((chunk: Buffer) => void) => {
  let rest = ''
  return (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = (lines.pop() ?? '').slice(-200)
    for (const line of lines) {
      const microseconds = /^out_time_us=(\d+)/.exec(line)?.[1]
      if (microseconds !== undefined) tell(Number(microseconds) / 1e6)
    }
  }
}

const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

const tooLong = (longestSecond: number): AppError =>
  new AppError('media-too-long', `The recording is longer than ${Math.round(longestSecond / 60)} minutes`, {
    details: { longestSecond },
  })

const checkDecoded = (
  run: RunResult,
  second: number,
  expected: { readonly inputPath: string; readonly promised: number | undefined; readonly longestSecond: number },
): void => {
  if (/No space left on device/i.test(run.errors))
    throw new AppError('disk-full', 'The disk is full; the sound could not be written')
  if (second > expected.longestSecond) throw tooLong(expected.longestSecond)
  if (second === 0 && run.exitCode === 0 && run.errors.trim() === '')
    throw new AppError('media-empty', 'The recording holds no sound')
  const missing = (expected.promised ?? 0) - second
  if (expected.promised !== undefined && missing > FORGIVEN_SECOND && second < expected.promised * WHOLE_SHARE) {
    throw new AppError(
      'media-truncated',
      `Only ${Math.round(second)} s of ${Math.round(expected.promised)} s could be read`,
      {
        details: {
          readSecond: second,
          promisedSecond: expected.promised,
          lastLines: lastLines(run.errors, expected.inputPath),
        },
      },
    )
  }
  if (run.exitCode !== 0 || second === 0) {
    const fallback = second === 0 ? 'media-not-recognized' : 'ffmpeg-failed'
    throw complaint(codeOfComplaint(run.errors) ?? fallback, run, expected.inputPath)
  }
}
