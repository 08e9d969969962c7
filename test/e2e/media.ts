/** Recordings made from the samples, as people have them. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ffmpeg = process.env['FFMPEG_PATH'] ?? 'ffmpeg'

export const sample = (name: string): string => join(import.meta.dirname, '../fixtures/audio', name)

/** An mp4 with a picture and the sound of a sample. */
export const makeMp4 = async (from: string, to: string): Promise<string> => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10']
  await run(ffmpeg, ['-v', 'error', '-y', ...picture, '-i', from, '-shortest', '-c:v', 'libx264', '-c:a', 'aac', to])
  return to
}

/** A sample followed by silence, as a large file: 48 kHz, stereo, 11.5 MB a minute. */
export const makeLarge = async (from: string, to: string, seconds: number): Promise<string> => {
  const filter = `apad=whole_dur=${seconds}`
  await run(ffmpeg, ['-v', 'error', '-y', '-i', from, '-af', filter, '-ar', '48000', '-ac', '2', to])
  return to
}

export const makeSilentPicture = async (to: string): Promise<string> => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=5:duration=2']
  await run(ffmpeg, ['-v', 'error', '-y', ...picture, '-an', to])
  return to
}

export const makeSilence = async (to: string, seconds: number): Promise<string> => {
  const silence = ['-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono', '-t', String(seconds)]
  await run(ffmpeg, ['-v', 'error', '-y', ...silence, to])
  return to
}
