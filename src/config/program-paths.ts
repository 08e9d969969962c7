/** Programs whose paths are given: whether they are there. Without a path they are looked for where they are used. */
import { accessSync, constants, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigProblem } from './problem.ts'

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** FFMPEG_PATH may also be the folder that the program lies in. */
export const findMissingPrograms = (given: {
  readonly FFMPEG_PATH?: string | undefined
  readonly FFPROBE_PATH?: string | undefined
}): ConfigProblem[] => {
  const ending = process.platform === 'win32' ? '.exe' : ''
  const places = {
    FFMPEG_PATH: given.FFMPEG_PATH === undefined ? [] : [given.FFMPEG_PATH, join(given.FFMPEG_PATH, `ffmpeg${ending}`)],
    FFPROBE_PATH: given.FFPROBE_PATH === undefined ? [] : [given.FFPROBE_PATH],
  }
  return Object.entries(places)
    .filter(([, paths]) => paths.length > 0 && !paths.some(isProgram))
    .map(([key, [path]]) => ({
      key,
      advice: `there is no program at ${path}; correct it, or remove it to use the one on the PATH`,
    }))
}
