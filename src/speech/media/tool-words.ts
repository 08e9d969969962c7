/**
 * What every call of the media tools says about its input: `file:` + absolute path, so that a name can never be an option,
 * another protocol or a pattern, and only the containers of recordings.
 */
import { resolve } from 'node:path'
import { CONTAINERS } from './media-rules.ts'

export const INPUT_WORDS: readonly string[] = [
  '-protocol_whitelist',
  'file,pipe',
  '-format_whitelist',
  CONTAINERS.join(','),
]

export const fileWord = (path: string): string => `file:${resolve(path)}`
