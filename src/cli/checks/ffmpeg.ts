/** ffmpeg and ffprobe: found, and able to run. */
import { AppError, toAppError } from '../../errors.ts'
import { resolveFfmpeg, runTool } from '../../speech/ffmpeg.ts'
import type { Check } from './check.ts'

const INSTALL: Readonly<Record<string, string>> = {
  linux: 'Install it, for example by: sudo apt-get install ffmpeg',
  darwin: 'Install it by: brew install ffmpeg',
  win32: 'Install it by: winget install ffmpeg',
}

export const checkFfmpeg: Check = async ({ config, signal }) => {
  try {
    const { ffmpegPath, ffprobePath } = await resolveFfmpeg({
      ffmpegPath: config.ffmpeg.path,
      searchPath: config.ffmpeg.searchPath,
    })
    const run = await runTool(ffmpegPath, ['-version'], { signal, timeoutMs: 10_000 })
    if (run.exitCode !== 0) throw new AppError('ffmpeg-failed', `${ffmpegPath} cannot run: ${run.errors.slice(-300)}`)
    const version = /ffmpeg version (\S+)/.exec(run.output.toString('utf8'))?.[1] ?? 'of unknown version'
    return [
      {
        name: 'ffmpeg',
        status: 'ok',
        message: `ffmpeg ${version} at ${ffmpegPath}`,
        details: { ffmpegPath, ffprobePath },
      },
    ]
  } catch (thrown) {
    const { message, details, entry } = toAppError(thrown)
    const advice = `${INSTALL[process.platform] ?? entry.advice} Or set FFMPEG_PATH to the program.`
    return [{ name: 'ffmpeg', status: 'failed', message, advice, details }]
  }
}
