/**
 * Recordings of any kind in, plain sound out: probing, decoding to the work file (audio-file.ts), cutting pieces for
 * services that take files. All work is done by ffmpeg child processes; nothing here trusts a byte of the recording.
 *
 * The tools read `file:` + absolute path, so a name can never be an option, another protocol or a pattern.
 */
import { stat, unlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { AppError, type ErrorCode } from '../errors.ts'
import { SAMPLE_RATE } from './audio-file.ts'
import type { SpeechRegion } from './engine.ts'
import { runTool, type RunResult } from './ffmpeg.ts'
import { readMediaBytes, type MediaBytes } from './media-bytes.ts'
import { codeOfComplaint, COMPLAINTS, CONTAINERS, pointsElsewhere } from './media-rules.ts'

export interface AudioStream {
  /** Position among the audio streams, from 0. */
  readonly index: number
  readonly codec: string
  readonly channels: number
  readonly sampleRate: number
  readonly isDefault: boolean
}

export interface MediaInfo {
  /** ffmpeg's name of the container, e.g. `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string
  readonly bytes: number
  /** Length of the sound as the container tells it; `undefined` where it says nothing. */
  readonly durationSecond: number | undefined
  readonly audio: readonly AudioStream[]
  /** Moving pictures; cover art does not count. */
  readonly hasVideo: boolean
}

export interface ProbeOptions {
  readonly ffprobePath: string
  readonly signal: AbortSignal
  /** 30 s unless said otherwise. */
  readonly timeoutMs?: number
}

const PROBE_TIMEOUT_MS = 30_000
/** Under this score ffmpeg is guessing: random bytes and text look like some audio formats. */
const LOWEST_PROBE_SCORE = 25

const ProbeAnswer = z.object({
  format: z.object({
    format_name: z.string(),
    duration: z.coerce.number().optional(),
    probe_score: z.number().default(100),
  }),
  streams: z
    .array(
      z.object({
        codec_type: z.string().default('unknown'),
        codec_name: z.string().default('unknown'),
        duration: z.coerce.number().optional(),
        tags: z.object({ DURATION: z.string().optional() }).default({}),
        channels: z.number().default(0),
        sample_rate: z.coerce.number().default(0),
        disposition: z
          .object({ default: z.number().default(0), attached_pic: z.number().default(0) })
          .default({ default: 0, attached_pic: 0 }),
      }),
    )
    .default([]),
})

const WANTED_ENTRIES =
  'format=format_name,duration,probe_score:stream=codec_type,codec_name,channels,sample_rate,duration:stream_tags=DURATION:stream_disposition=default,attached_pic'

const inputOptions = ['-protocol_whitelist', 'file,pipe', '-format_whitelist', CONTAINERS.join(',')]

const fileWord = (path: string): string => `file:${resolve(path)}`

/**
 * Looks at a file before any work. Fails with `media-empty`, `media-unsafe`, `media-not-recognized`, `media-encrypted`,
 * `media-no-audio`, `media-truncated`; or `ffmpeg-missing`, `ffmpeg-failed`, `cancelled`.
 */
export const probeMedia = async (path: string, options: ProbeOptions): Promise<MediaInfo> => {
  const known = await readMediaBytes(path)
  if (known.bytes === 0) throw new AppError('media-empty', 'The file holds no bytes')
  if (pointsElsewhere(known.head)) throw complaint('media-unsafe')
  if (known.isProtected) throw complaint('media-encrypted')
  const words = ['-v', 'error', ...inputOptions, '-show_entries', WANTED_ENTRIES, '-of', 'json', fileWord(path)]
  const run = await runTool(options.ffprobePath, words, {
    signal: options.signal,
    timeoutMs: options.timeoutMs ?? PROBE_TIMEOUT_MS,
  })
  if (run.exitCode !== 0) throw complaint(codeOfFailedProbe(run, known), run, path)
  const parsed = ProbeAnswer.safeParse(JSON.parse(run.output.toString('utf8') || '{}'))
  if (!parsed.success || parsed.data.format.probe_score < LOWEST_PROBE_SCORE)
    throw complaint('media-not-recognized', run, path)
  return toMediaInfo(parsed.data, known)
}

/** A name that ends in .mp4 makes ffprobe look for an index in any text; only an MP4 can have lost one. */
const codeOfFailedProbe = (run: RunResult, known: MediaBytes): ErrorCode => {
  const code = codeOfComplaint(run.errors) ?? 'media-not-recognized'
  return code === 'media-truncated' && /moov atom/.test(run.errors) && !known.isMp4 ? 'media-not-recognized' : code
}

const toMediaInfo = (answer: z.infer<typeof ProbeAnswer>, known: MediaBytes): MediaInfo => {
  const audio = answer.streams.filter((stream) => stream.codec_type === 'audio')
  const hasVideo = answer.streams.some(
    (stream) => stream.codec_type === 'video' && stream.disposition.attached_pic === 0,
  )
  if (audio.length === 0) {
    throw new AppError('media-no-audio', 'The file holds no sound track', {
      details: { container: answer.format.format_name },
    })
  }
  return {
    container: answer.format.format_name,
    bytes: known.bytes,
    durationSecond: soundSecond(answer, hasVideo, known),
    audio: audio.map((stream, index) => ({
      index,
      codec: stream.codec_name,
      channels: stream.channels,
      sampleRate: stream.sample_rate,
      isDefault: stream.disposition.default === 1,
    })),
    hasVideo,
  }
}

/** The sound's own length where it is told; the container's may be that of longer pictures. */
const soundSecond = (answer: z.infer<typeof ProbeAnswer>, hasVideo: boolean, known: MediaBytes): number | undefined => {
  const stream = answer.streams.find((each) => each.codec_type === 'audio')
  const [hours, minutes, seconds] = (stream?.tags.DURATION ?? '').split(':').map(Number)
  const tagged =
    hours === undefined || minutes === undefined || seconds === undefined
      ? undefined
      : hours * 3600 + minutes * 60 + seconds
  const second = stream?.duration ?? tagged ?? (hasVideo ? undefined : answer.format.duration)
  if (second === undefined || !Number.isFinite(second)) return undefined
  // ffprobe measures a cut WAV by what is left of it; its header remembers how long it was.
  return known.missingBytes === 0 ? second : (second * (known.bytes + known.missingBytes)) / known.bytes
}

/** An error with the tool's last lines, in which the path is hidden. */
const complaint = (code: ErrorCode, run?: RunResult, path = ''): AppError =>
  new AppError(code, COMPLAINTS[code] ?? 'ffmpeg cannot convert this file', {
    details:
      run === undefined ? {} : { exitCode: run.exitCode, signal: run.signal, lastLines: lastLines(run.errors, path) },
  })

const lastLines = (errors: string, path: string): string[] =>
  errors.replaceAll(fileWord(path), 'recording').replaceAll(resolve(path), 'recording').trim().split('\n').slice(-10)

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
    ...['-nostdin', '-hide_banner', '-v', 'error', '-threads', '2', ...inputOptions, '-i', fileWord(inputPath)],
    ...['-map', `0:a:${stream}`, '-vn', '-sn', '-dn', '-map_metadata', '-1', '-t', String(longestSecond + 1)],
    ...[
      '-ac',
      '1',
      '-ar',
      String(SAMPLE_RATE),
      '-c:a',
      'pcm_s16le',
      '-f',
      's16le',
      '-progress',
      'pipe:1',
      '-nostats',
      '-y',
      fileWord(outputPath),
    ],
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

export type PieceFormat = 'wav' | 'flac' | 'mp3'

const PIECE_ENCODERS: Readonly<Record<PieceFormat, readonly string[]>> = {
  wav: ['-c:a', 'pcm_s16le', '-f', 'wav'],
  flac: ['-c:a', 'flac', '-f', 'flac'],
  mp3: ['-c:a', 'libmp3lame', '-b:a', '64k', '-f', 'mp3'],
}

export interface PieceOptions {
  readonly ffmpegPath: string
  readonly signal: AbortSignal
  /** More bytes than this fail with `too-large`; 100 MB unless said otherwise. */
  readonly largestBytes?: number
}

/** Cuts a stretch of a work file and encodes it for services that take files. The answer is the whole file. */
export const encodePiece = async (
  audioPath: string,
  stretch: SpeechRegion,
  format: PieceFormat,
  options: PieceOptions,
): Promise<Buffer> => {
  const durationSecond = stretch.endSecond - stretch.startSecond
  const raw = ['-f', 's16le', '-ar', String(SAMPLE_RATE), '-ac', '1', '-protocol_whitelist', 'file,pipe']
  const run = await runTool(
    options.ffmpegPath,
    [
      ...[
        '-nostdin',
        '-hide_banner',
        '-v',
        'error',
        ...raw,
        '-ss',
        String(stretch.startSecond),
        '-t',
        String(durationSecond),
      ],
      ...['-i', fileWord(audioPath), '-map_metadata', '-1', ...PIECE_ENCODERS[format], 'pipe:1'],
    ],
    {
      signal: options.signal,
      timeoutMs: SHORTEST_DECODE_TIMEOUT_MS,
      outputLimitBytes: options.largestBytes ?? 100_000_000,
    },
  )
  if (run.exitCode !== 0) throw complaint('ffmpeg-failed', run, audioPath)
  return run.output
}
