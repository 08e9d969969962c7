/**
 * Attention to the sound with keys and values of 8 bits.
 *
 * Keys and values are rounded once for a window, each channel by its own scale and around its own mean (a mean that all frames
 * share does not change the attention, and is added to the mixed values afterwards). Queries and shares are rounded at each
 * step, each head of each row by its own scale, so that a row does not depend on its batch. The runtime multiplies a
 * single row of unsigned by signed bytes without rearranging them first, as long as nothing has a zero point: hence the shift of
 * the query by 128 and the sums of keys that take it back.
 */
import { valueOf, type ElementType, type GraphBuilder } from './graph-builder.ts'
import { isTranspose, type Links } from './links.ts'
import type { GraphNode, Named } from './model-graph.ts'

export interface DecoderShape {
  readonly layers: number
  readonly heads: number
  readonly headSize: number
}

/**
 * 7 bits and not 8: processors without VNNI add two products in 16 bits, and 2 × 255 × 63 still fits. On the shipped
 * model 8 bits are no closer.
 */
const LEVELS = 63
const QUERY_LEVELS = 127
const SHIFT = 128
const SHARE_LEVELS = 255
/** No scale is 0. */
const LEAST = 1e-9

export interface Packed {
  readonly name: string
  readonly type: ElementType
  readonly dimensions: readonly (number | string)[]
}

/** What a prompt leaves of one window, and each step reads. */
const packedOf = (layer: number, { heads, headSize }: DecoderShape): Packed[] => [
  { name: packedName(layer, 'key'), type: 'int8', dimensions: [heads, headSize, 'frames'] },
  { name: packedName(layer, 'keySum'), type: 'float', dimensions: [heads, 1, 'frames'] },
  { name: packedName(layer, 'keyScale'), type: 'float', dimensions: [heads, 1, headSize] },
  { name: packedName(layer, 'value'), type: 'int8', dimensions: [heads, 'frames', headSize] },
  { name: packedName(layer, 'valueScale'), type: 'float', dimensions: [heads, 1, headSize] },
  { name: packedName(layer, 'valueMean'), type: 'float', dimensions: [heads, 1, headSize] },
]

type PackedPart = 'key' | 'keySum' | 'keyScale' | 'value' | 'valueScale' | 'valueMean'
const packedName = (layer: number, part: PackedPart): string => `packed.${layer}.${part}`

/** In order; a row of each has these dimensions. */
export const packedRows = (shape: DecoderShape): Packed[] =>
  Array.from({ length: shape.layers }, (_, layer) => packedOf(layer, shape)).flat()

export const packedValues = (kind: 'input' | 'output', shape: DecoderShape): Named[] =>
  packedRows(shape).map(({ name, type, dimensions }) => valueOf(kind, name, type, ['rows', ...dimensions]))

/** Rounds the keys and values that the prompt makes of the sound. */
export const packCross = (
  layer: number,
  links: Links,
  { heads, headSize }: DecoderShape,
  { add, constant }: GraphBuilder,
): void => {
  const numbers = (...values: number[]): string => constant('int64', values, true)
  const number = (value: number): string => constant('float', [value])
  /** Row × channel × frame, scaled to the levels. */
  const rounded = (name: string): { values: string; scale: string; mean: string } => {
    const channels = add('Reshape', [framesLast(name, links, add), numbers(0, heads * headSize, -1)])
    const mean = add('GlobalAveragePool', [channels])
    const centred = add('Sub', [channels, mean])
    const largest = add('GlobalMaxPool', [add('Abs', [centred])])
    const scale = add('Add', [add('Mul', [largest, number(1 / LEVELS)]), number(LEAST)])
    const bytes = add('QuantizeLinear', [add('Div', [centred, scale]), number(1), constant('int8', [0])])
    return { values: add('Reshape', [bytes, numbers(0, heads, headSize, -1)]), scale, mean }
  }
  const perChannel = (value: string, part: PackedPart): string =>
    add('Reshape', [value, numbers(0, heads, 1, headSize)], {}, packedName(layer, part))
  const key = rounded(`present.${layer}.encoder.key`)
  add('Identity', [key.values], {}, packedName(layer, 'key'))
  perChannel(key.scale, 'keyScale')
  const sums = add('ReduceSum', [add('Cast', [key.values], { to: 1 }), numbers(2)], { keepdims: 1 })
  add('Mul', [sums, number(SHIFT)], {}, packedName(layer, 'keySum'))
  const value = rounded(`present.${layer}.encoder.value`)
  add('Transpose', [value.values], { perm: [0, 1, 3, 2] }, packedName(layer, 'value'))
  perChannel(value.scale, 'valueScale')
  perChannel(value.mean, 'valueMean')
}

/** From row × head × frame × channel; before it was turned, where it was. */
const framesLast = (name: string, { makerOf }: Links, add: GraphBuilder['add']): string => {
  const maker = makerOf(name)
  return isTranspose(maker, '0,2,1,3')
    ? add('Transpose', [maker?.inputs[0] ?? ''], { perm: [0, 2, 3, 1] })
    : add('Transpose', [name], { perm: [0, 1, 3, 2] })
}

/** What stands for the attention of each layer in a step; `undefined` when a layer has another shape. */
export const readPackedCross = (
  links: Links,
  shape: DecoderShape,
  builder: GraphBuilder,
): ReadonlyMap<GraphNode, readonly GraphNode[]> | undefined => {
  const instead = new Map<GraphNode, readonly GraphNode[]>()
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const found = matchCross(layer, links)
    if (found === undefined) return undefined
    const before = builder.nodes.length
    attend(layer, found, builder)
    instead.set(found.softmax, builder.nodes.slice(before))
    instead.set(found.mixed, [])
  }
  return instead
}

interface Cross {
  readonly query: string
  /** Of query · keys. */
  readonly softmax: GraphNode
  /** Shares · values. */
  readonly mixed: GraphNode
}

const matchCross = (layer: number, { readersOf, before, after }: Links): Cross | undefined => {
  const turned = readersOf(`past_key_values.${layer}.encoder.key`).find((node) => isTranspose(node, '0,1,3,2'))
  const scores = after(turned, 'MatMul')
  const softmax = after(scores, 'Softmax')
  const mixed = after(softmax, 'MatMul')
  const query = scores?.inputs[0]
  if (scores?.inputs[1] !== turned?.outputs[0] || before(mixed, 0, 'Softmax') !== softmax) return undefined
  if (mixed?.inputs[1] !== `past_key_values.${layer}.encoder.value`) return undefined
  return query === undefined || softmax === undefined ? undefined : { query, softmax, mixed }
}

const attend = (layer: number, { query, softmax, mixed }: Cross, { add, constant }: GraphBuilder): void => {
  const packed = (part: PackedPart): string => packedName(layer, part)
  const number = (value: number): string => constant('float', [value])
  const channels = constant('int64', [3], true)
  const bytes = (values: string, scale: string, zero: number): string =>
    add('QuantizeLinear', [add('Div', [values, scale]), number(1), constant('uint8', [zero])])
  const product = (left: string, right: string): string => add('Cast', [add('MatMulInteger', [left, right])], { to: 1 })
  const largest = (values: string): string => add('ReduceMax', [values, channels], { keepdims: 1 })

  const scaled = add('Mul', [query, packed('keyScale')])
  const scale = add('Add', [add('Mul', [largest(add('Abs', [scaled])), number(1 / QUERY_LEVELS)]), number(LEAST)])
  // Taking the sums back before scaling also keeps the runtime from joining the product with its scaling, which is slower.
  const scores = add('Sub', [product(bytes(scaled, scale, SHIFT), packed('key')), packed('keySum')])
  const shares = add('Softmax', [add('Mul', [scores, scale])], { axis: 3 }, softmax.outputs[0])
  const share = add('Mul', [largest(shares), number(1 / SHARE_LEVELS)])
  const mixture = add('Mul', [product(bytes(shares, share, 0), packed('value')), share])
  add('Add', [add('Mul', [mixture, packed('valueScale')]), packed('valueMean')], {}, mixed.outputs[0])
}
