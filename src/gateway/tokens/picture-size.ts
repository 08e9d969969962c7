/** Width and height of a picture from its header; null for one that is only an address, or that cannot be read. */
import { GIF } from 'image-size/types/gif'
import { JPG } from 'image-size/types/jpg'
import { PNG } from 'image-size/types/png'
import { WEBP } from 'image-size/types/webp'
import type { ImagePart } from '../types/messages.ts'

export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** What the known providers take. */
const FORMATS = [PNG, JPG, WEBP, GIF]
/** Of base64: a camera's JPEG names its size behind previews and colour profiles of this length at most. */
const LONGEST_HEADER = 400_000
const DATA_URL = /^data:[^,]{0,200};base64,/

const base64Of = ({ source }: ImagePart): string | null => {
  if ('base64' in source) return source.base64.slice(0, LONGEST_HEADER)
  const start = DATA_URL.exec(source.url)?.[0].length
  return start === undefined ? null : source.url.slice(start, start + LONGEST_HEADER)
}

const readSize = (part: ImagePart): PictureSize | null => {
  const base64 = base64Of(part)
  if (base64 === null) return null
  const bytes = Buffer.from(base64, 'base64')
  try {
    const { width, height } = FORMATS.find((format) => format.validate(bytes))?.calculate(bytes) ?? {
      width: 0,
      height: 0,
    }
    return width > 0 && height > 0 ? { width, height } : null
  } catch {
    return null
  }
}

/** Routing asks for many models about one request. */
const known = new WeakMap<ImagePart, PictureSize | null>()

export const pictureSize = (part: ImagePart): PictureSize | null => {
  const before = known.get(part)
  if (before !== undefined) return before
  const size = readSize(part)
  known.set(part, size)
  return size
}
