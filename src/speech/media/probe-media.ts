/** What a recording holds, before any work: nothing here trusts a byte of it. */
import { z } from 'zod'
import { AppError, type ErrorCode } from '../../errors.ts'
import { runTool, type RunResult } from '../ffmpeg.ts'
import { complaint } from './complaint.ts'
import { readMediaBytes, type MediaBytes } from './media-bytes.ts'
import { codeOfComplaint, pointsElsewhere } from './media-rules.ts'
import { fileWord, INPUT_WORDS } from './tool-words.ts'

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

/**
 * Looks at a file before any work. Fails with `media-empty`, `media-unsafe`, `media-not-recognized`, `media-encrypted`,
 * `media-no-audio`, `media-truncated`; or `ffmpeg-missing`, `ffmpeg-failed`, `cancelled`.
 */
export const probeMedia = async (path: string, options: ProbeOptions): Promise<MediaInfo> => {
  const known = await readMediaBytes(path)
  if (known.bytes === 0) throw new AppError('media-empty', 'The file holds no bytes')
  if (pointsElsewhere(known.head)) throw complaint('media-unsafe')
  if (known.isProtected) throw complaint('media-encrypted')
  const words = ['-v', 'error', ...INPUT_WORDS, '-show_entries', WANTED_ENTRIES, '-of', 'json', fileWord(path)]
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
