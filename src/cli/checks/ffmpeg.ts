/** ffmpeg and ffprobe: found, and able to run. */
import { AppError, toAppError } from '../../errors.ts'
import { resolveFfmpeg, runTool } from '../../speech/ffmpeg.ts'
import type { Config } from '../../config.ts'
import type { Check } from './check.ts'

const INSTALL: Readonly<Record<string, string>> = {
  linux: 'Install it (Debian, Ubuntu: sudo apt-get install ffmpeg)',
  darwin: 'Install it (brew install ffmpeg)',
  win32: 'Install it (winget install ffmpeg)',
}

const adviceFor = ({ path, probePath }: Config['ffmpeg']): string => {
  const given = [path !== undefined && 'FFMPEG_PATH', probePath !== undefined && 'FFPROBE_PATH'].filter(Boolean)
  const install = INSTALL[process.platform] ?? 'Install it'
  return given.length > 0
    ? `Correct ${given.join(' and ')}, or remove it to use the program on the PATH. ${install}, where there is none.`
    : `${install}, or set FFMPEG_PATH to the program.`
}

const requireRunnable = async (program: string, signal: AbortSignal): Promise<string> => {
  const run = await runTool(program, ['-version'], { signal, timeoutMs: 10_000 })
  if (run.exitCode !== 0) throw new AppError('ffmpeg-failed', `${program} cannot run: ${run.errors.slice(-300)}`)
  return run.output.toString('utf8')
}

export const checkFfmpeg: Check = async ({ config, signal }) => {
  try {
    const found = await resolveFfmpeg({ ffmpegPath: config.ffmpeg.path, searchPath: config.ffmpeg.searchPath })
    const { ffmpegPath, ffprobePath } = { ...found, ffprobePath: config.ffmpeg.probePath ?? found.ffprobePath }
    const output = await requireRunnable(ffmpegPath, signal)
    await requireRunnable(ffprobePath, signal)
    const version = /ffmpeg version (\S+)/.exec(output)?.[1] ?? 'of unknown version'
    return [
      {
        name: 'ffmpeg',
        status: 'ok',
        message: `ffmpeg ${version} at ${ffmpegPath}`,
        details: { ffmpegPath, ffprobePath },
      },
    ]
  } catch (thrown) {
    const { message, details } = toAppError(thrown)
    const advice = adviceFor(config.ffmpeg)
    return [{ name: 'ffmpeg', status: 'failed', message, advice, details }]
  }
}
