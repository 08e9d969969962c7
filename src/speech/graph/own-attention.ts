/**
 * A step's attention to the tokens before it, written so that the cache is only read: the token's own key and value come out
 * apart, and the caller puts them in their place. The cache may be longer than what is said; the mask tells.
 */
import { valueOf, type GraphBuilder } from './graph-builder.ts'
import { isTranspose, type Links } from './links.ts'
import type { GraphNode, Named } from './model-graph.ts'
import type { DecoderShape } from './packed-attention.ts'

/** How many tokens were said before. */
export const POSITION = 'own.position'
/** 0 for each place of the cache that holds a token, −∞ for the others: 1 × 1 × 1 × room. */
export const MASK = 'own.mask'
/** Row × head × room × head size. */
export const cacheName = (layer: number, part: 'key' | 'value'): string => `cache.${layer}.${part}`
/** Row × head × 1 × head size. */
export const ownName = (layer: number, part: 'key' | 'value'): string => `own.${layer}.${part}`

export interface OwnAttention {
  readonly instead: ReadonlyMap<GraphNode, readonly GraphNode[]>
  readonly inputs: readonly Named[]
  readonly outputs: readonly Named[]
}

export const appendOwnAttention = (
  links: Links,
  shape: DecoderShape,
  builder: GraphBuilder,
): OwnAttention | undefined => {
  const position = positionOf(links)
  if (position === undefined) return undefined
  const instead = new Map<GraphNode, readonly GraphNode[]>()
  const added = (add: () => void): GraphNode[] => {
    const before = builder.nodes.length
    add()
    return builder.nodes.slice(before)
  }
  instead.set(
    position,
    added(() => builder.add('Identity', [POSITION], {}, position.outputs[0])),
  )
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const found = matchOwn(layer, links)
    if (found === undefined) return undefined
    instead.set(
      found.mixed,
      added(() => attend(layer, found, builder)),
    )
  }
  const values = (kind: 'input' | 'output', name: typeof cacheName, room: number | string): Named[] =>
    Array.from({ length: shape.layers }, (_, layer) =>
      (['key', 'value'] as const).map((part) =>
        valueOf(kind, name(layer, part), 'float', ['rows', shape.heads, room, shape.headSize]),
      ),
    ).flat()
  return {
    instead,
    inputs: [
      valueOf('input', POSITION, 'int64', []),
      valueOf('input', MASK, 'float', [1, 1, 1, 'room']),
      ...values('input', cacheName, 'room'),
    ],
    outputs: values('output', ownName, 1),
  }
}

/** The node that takes the number of tokens said from the cache's shape. */
const positionOf = ({ readersOf }: Links): GraphNode | undefined => {
  const shapes = readersOf('past_key_values.0.decoder.key').filter((node) => node.operator === 'Shape')
  const readers = shapes.flatMap((node) => readersOf(node.outputs[0] ?? ''))
  return shapes.length === 1 && readers.length === 1 && readers[0]?.operator === 'Gather' ? readers[0] : undefined
}

interface Own {
  readonly query: string
  readonly key: string
  readonly value: string
  /** softmax(query · keys + mask) · values. */
  readonly mixed: GraphNode
}

const matchOwn = (layer: number, { readersOf, before }: Links): Own | undefined => {
  const joined = (part: 'key' | 'value'): GraphNode | undefined =>
    readersOf(`past_key_values.${layer}.decoder.${part}`).find((node) => node.operator === 'Concat')
  const [keys, values] = [joined('key'), joined('value')]
  const mixed = readersOf(values?.outputs[0] ?? '').find((node) => node.operator === 'MatMul')
  const masked = before(before(mixed, 0, 'Softmax'), 0, 'Add')
  const scores = before(masked, 0, 'MatMul')
  const turned = before(scores, 1, 'Transpose')
  if (mixed?.inputs[1] !== values?.outputs[0] || !isTranspose(turned, '0,1,3,2')) return undefined
  if (turned?.inputs[0] !== keys?.outputs[0]) return undefined
  const [query, key, value] = [scores?.inputs[0], keys?.inputs[1], values?.inputs[1]]
  return mixed === undefined || query === undefined || key === undefined || value === undefined
    ? undefined
    : { query, key, value, mixed }
}

const attend = (layer: number, { query, key, value, mixed }: Own, { add, constant }: GraphBuilder): void => {
  const turn = (name: string): string => add('Transpose', [name], { perm: [0, 1, 3, 2] })
  const before = add('Add', [add('MatMul', [query, turn(cacheName(layer, 'key'))]), MASK])
  const itself = add('MatMul', [query, turn(key)])
  const shares = add('Softmax', [add('Concat', [before, itself], { axis: 3 })], { axis: 3 })
  const [first, last, end, axis] = [[0], [-1], [2 ** 31], [3]].map((each) => constant('int64', each, true)) as [
    string,
    string,
    string,
    string,
  ]
  const ofBefore = add('MatMul', [add('Slice', [shares, first, last, axis]), cacheName(layer, 'value')])
  const ofItself = add('Mul', [add('Slice', [shares, last, end, axis]), value])
  add('Add', [ofBefore, ofItself], {}, mixed.outputs[0])
  add('Identity', [key], {}, ownName(layer, 'key'))
  add('Identity', [value], {}, ownName(layer, 'value'))
}
