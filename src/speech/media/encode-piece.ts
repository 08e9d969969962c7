/** Pieces of the work file (audio-file.ts) for services that take files. */
import { SAMPLE_RATE } from '../audio-file.ts'
import type { SpeechRegion } from '../engine.ts'
import { runTool } from '../ffmpeg.ts'
import { complaint } from './complaint.ts'
import { fileWord } from './tool-words.ts'

export type PieceFormat = 'wav' | 'flac' | 'mp3'

const PIECE_ENCODERS: Readonly<Record<PieceFormat, readonly string[]>> = {
  wav: ['-c:a', 'pcm_s16le', '-f', 'wav'],
  flac: ['-c:a', 'flac', '-f', 'flac'],
  mp3: ['-c:a', 'libmp3lame', '-b:a', '64k', '-f', 'mp3'],
}

const TIMEOUT_MS = 120_000

export interface PieceOptions {
  readonly ffmpegPath: string
  readonly signal: AbortSignal
  /** More bytes than this fail with `ffmpeg-failed`; 100 MB unless said otherwise. */
  readonly largestBytes?: number
}

/**
 * Cuts a stretch of a work file and encodes it for services that take files. The answer is the whole file. Fails with
 * `ffmpeg-failed`, `ffmpeg-missing`, `cancelled`.
 */
export const encodePiece = async (
  audioPath: string,
  stretch: SpeechRegion,
  format: PieceFormat,
  options: PieceOptions,
): Promise<Buffer> => {
  const startSecond = String(stretch.startSecond)
  const durationSecond = String(stretch.endSecond - stretch.startSecond)
  const raw = ['-f', 's16le', '-ar', String(SAMPLE_RATE), '-ac', '1', '-protocol_whitelist', 'file,pipe']
  const run = await runTool(
    options.ffmpegPath,
    [
      ...['-nostdin', '-hide_banner', '-v', 'error', ...raw, '-ss', startSecond, '-t', durationSecond],
      ...['-i', fileWord(audioPath), '-map_metadata', '-1', ...PIECE_ENCODERS[format], 'pipe:1'],
    ],
    {
      signal: options.signal,
      timeoutMs: TIMEOUT_MS,
      outputLimitBytes: options.largestBytes ?? 100_000_000,
    },
  )
  if (run.exitCode !== 0) throw complaint('ffmpeg-failed', run, audioPath)
  return run.output
}
