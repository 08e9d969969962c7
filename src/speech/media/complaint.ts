import { resolve } from 'node:path'
import { AppError, type ErrorCode } from '../../errors.ts'
import type { RunResult } from '../ffmpeg.ts'
import { COMPLAINTS } from './media-rules.ts'
import { fileWord } from './tool-words.ts'

/** An error with the tool's last lines, in which the path is hidden. */
export const complaint = (code: ErrorCode, run?: RunResult, path = ''): AppError =>
  new AppError(code, COMPLAINTS[code] ?? 'ffmpeg cannot convert this file', {
    details:
      run === undefined ? {} : { exitCode: run.exitCode, signal: run.signal, lastLines: lastLines(run.errors, path) },
  })

/** What a tool said last, at most ten lines, in which the path is hidden. */
export const lastLines = (errors: string, path: string): string[] =>
  errors.replaceAll(fileWord(path), 'recording').replaceAll(resolve(path), 'recording').trim().split('\n').slice(-10)
