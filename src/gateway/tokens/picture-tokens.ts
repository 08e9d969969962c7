/** Tokens of a picture by the rule of the model's family and the picture's own size. Pure. */
import type { ImagePart } from '../types/messages.ts'
import type { ModelRow } from '../types/models.ts'
import { PICTURE_FAMILIES, UNLIMITED, type PictureRule } from './picture-families.ts'
import { pictureSize, type PictureSize } from './picture-size.ts'

type Detail = NonNullable<ImagePart['detail']>

/** Of a family that nobody described: the smallest squares, shrunk at the highest bound that has one. */
const UNKNOWN: PictureRule = { kind: 'patches', side: 28, most: 4_784, multiplier: 1 }
/** Of a picture that is only an address: a photo of a phone. */
const ASSUMED: PictureSize = { width: 4_032, height: 3_024 }
/** A strip of 2,048 × 768; nothing is cut into more. */
const MOST_TILES = 8

export const pictureRule = ({ provider, key }: Pick<ModelRow, 'provider' | 'key'>): PictureRule =>
  PICTURE_FAMILIES.find((family) => family.provider === provider && family.pattern.test(key))?.rule ?? UNKNOWN

const tilesOf = ({ width, height }: PictureSize): number => {
  const first = Math.min(1, 2_048 / Math.max(width, height))
  const scale = first * Math.min(1, 768 / (Math.min(width, height) * first))
  return Math.min(MOST_TILES, Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512))
}

const cropsOf = ({ width, height }: PictureSize, small: number): number => {
  if (width <= small && height <= small) return 1
  const side = Math.min(768, Math.max(256, Math.floor(Math.min(width, height) / 1.5)))
  return Math.ceil(width / side) * Math.ceil(height / side)
}

/** @param size null for a picture whose size is not known: then the upper bound of the rule. */
export const pictureTokens = (rule: PictureRule, size: PictureSize | null, detail: Detail = 'auto'): number => {
  const { width, height } = size ?? ASSUMED
  switch (rule.kind) {
    case 'flat':
      return rule.tokens
    case 'tiles':
      if (detail === 'low') return rule.base
      return rule.base + rule.tile * (size === null ? MOST_TILES : tilesOf(size))
    case 'crops':
      return rule.tile * cropsOf({ width, height }, rule.small)
    case 'patches': {
      const most = detail === 'high' ? (rule.mostAtHigh ?? rule.most) : rule.most
      const squares = Math.ceil(width / rule.side) * Math.ceil(height / rule.side)
      const bound = size === null && most !== UNLIMITED ? most : Math.min(squares, most)
      return Math.ceil(bound * rule.multiplier)
    }
  }
}

export type CountPicture = (part: ImagePart) => number

/** Of one model. */
export const pictureCounter = (row: Pick<ModelRow, 'provider' | 'key'>): CountPicture => {
  const rule = pictureRule(row)
  return (part) => pictureTokens(rule, pictureSize(part), part.detail)
}
