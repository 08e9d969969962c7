/** ffmpeg as recordings use it: the facts that are stored, the work file, and pieces for providers. */
import type { FfmpegTools } from '../speech/ffmpeg.ts'
import { decodeAudio } from '../speech/media/decode-audio.ts'
import { encodePiece } from '../speech/media/encode-piece.ts'
import { probeMedia, type MediaInfo } from '../speech/media/probe-media.ts'
import type { MediaFacts, MediaTools } from './dependencies.ts'

/** ffmpeg's container name, what a browser's player wants to hear, with pictures and without. */
const mediaTypes: readonly (readonly [RegExp, string, string])[] = [
  [/\bmp4\b/, 'video/mp4', 'audio/mp4'],
  // Browsers play what they can of Matroska under the name of its subset.
  [/\bwebm\b/, 'video/webm', 'audio/webm'],
  [/^mp3$/, 'audio/mpeg', 'audio/mpeg'],
  [/^(wav|w64)$/, 'audio/wav', 'audio/wav'],
  [/^flac$/, 'audio/flac', 'audio/flac'],
  [/^ogg$/, 'video/ogg', 'audio/ogg'],
  [/^aac$/, 'audio/aac', 'audio/aac'],
  [/^mpegts$/, 'video/mp2t', 'video/mp2t'],
  [/^mpeg$/, 'video/mpeg', 'audio/mpeg'],
]

export const mediaTypeOf = ({ container, hasVideo }: Pick<MediaInfo, 'container' | 'hasVideo'>): string => {
  const [, video, audio] = mediaTypes.find(([pattern]) => pattern.test(container)) ?? []
  return (hasVideo ? video : audio) ?? 'application/octet-stream'
}

const toFacts = (info: MediaInfo): MediaFacts => {
  const stream = info.audio.find(({ isDefault }) => isDefault) ?? info.audio[0]
  return {
    durationSecond: info.durationSecond ?? null,
    hasVideo: info.hasVideo,
    container: info.container,
    audioCodec: stream?.codec ?? null,
    channels: stream?.channels ?? null,
    sampleRate: stream?.sampleRate ?? null,
    mediaType: mediaTypeOf(info),
  }
}

/** 64 kbit/s and room for frames and headers. */
const MP3_BYTES_PER_SECOND = 8_400

export const createMediaTools = (
  tools: Pick<FfmpegTools, 'ffmpegPath' | 'ffprobePath'>,
  limits: { readonly maxDurationSecond: number },
): MediaTools => {
  const { ffmpegPath, ffprobePath } = tools
  return {
    encodedBytesPerSecond: MP3_BYTES_PER_SECOND,
    probe: async (path, { signal }) => toFacts(await probeMedia(path, { ffprobePath, signal })),
    async decode(path, workPath, { signal, onProgress }) {
      const info = await probeMedia(path, { ffprobePath, signal })
      return decodeAudio(path, workPath, {
        ffmpegPath,
        signal,
        info,
        longestSecond: limits.maxDurationSecond,
        ...(onProgress && { onProgress }),
      })
    },
    async encode(workPath, range, { signal }) {
      const bytes = await encodePiece(workPath, range, 'mp3', { ffmpegPath, signal })
      return { bytes, fileName: 'part.mp3', mediaType: 'audio/mpeg' }
    },
  }
}
