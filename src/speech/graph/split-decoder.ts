/**
 * Makes two models of a merged decoder, one for the prompt and one for the steps after it, in the form that steps on a
 * processor want:
 *
 * - Cross keys and values are rounded to 8 bits by the prompt's model, and a step multiplies them as they are
 *   (packed-attention.ts): a quarter of what a step reads, and of what a window keeps.
 * - A step tells the key and the value of its own token only (own-attention.ts): the caches are the caller's, and nobody
 *   copies them.
 *
 * The weights stay as they are. A graph of another shape is left alone.
 */
import { createGraphBuilder, ELEMENT } from './graph-builder.ts'
import { linksOf, neededNodes } from './links.ts'
import {
  elementOf,
  graphsOf,
  readModelGraph,
  type GraphNode,
  type GraphParts,
  type ModelGraph,
  type Named,
} from './model-graph.ts'
import { appendOwnAttention } from './own-attention.ts'
import { packCross, packedValues, readPackedCross, type DecoderShape } from './packed-attention.ts'

export type { DecoderShape }

export interface SplitDecoder {
  readonly prompt: Uint8Array
  readonly step: Uint8Array
}

/** Begins the names of all that is new. */
const PREFIX = 'split.'

/** The two models; `undefined` when the graph has another shape. */
export const splitDecoder = (model: Uint8Array, shape: DecoderShape): SplitDecoder | undefined => {
  const graph = readModelGraph(model)
  const [branch, ...others] = graph.nodes
  if (branch?.operator !== 'If' || others.length > 0 || !isFullPrecision(graph)) return undefined
  const branches = graphsOf(branch)
  const [first, next] = [branches.get('else_branch'), branches.get('then_branch')]
  if (first === undefined || next === undefined) return undefined
  const [prompt, step] = [promptOf(first, shape), stepOf(next, shape)]
  if (prompt === undefined || step === undefined) return undefined
  const isPast = (name: string): boolean => name.startsWith('past_key_values.') || name === 'use_cache_branch'
  if ([...prompt.nodes, ...step.nodes].some((node) => node.inputs.some(isPast))) return undefined
  return { prompt: writeBranch(graph, prompt), step: writeBranch(graph, step) }
}

/** Half precision would be rounded differently. */
const isFullPrecision = (graph: ModelGraph): boolean => {
  const past = graph.inputs.find(({ name }) => name === 'past_key_values.0.decoder.key')
  return past !== undefined && elementOf(past) === ELEMENT.float
}

const isCross = ({ name }: Named): boolean => /^present\.\d+\.encoder\./.test(name)

const promptOf = (branch: GraphParts, shape: DecoderShape): GraphParts | undefined => {
  const builder = createGraphBuilder(PREFIX)
  const names = new Set(branch.outputs.map(({ name }) => name))
  for (let layer = 0; layer < shape.layers; layer += 1) {
    if (!['key', 'value'].every((part) => names.has(`present.${layer}.encoder.${part}`))) return undefined
    packCross(layer, linksOf(branch.nodes), shape, builder)
  }
  return {
    nodes: [...branch.nodes, ...builder.nodes],
    inputs: [],
    outputs: [...branch.outputs.filter((each) => !isCross(each)), ...packedValues('output', shape)],
    constants: [...branch.constants, ...builder.constants],
  }
}

const stepOf = (branch: GraphParts, shape: DecoderShape): GraphParts | undefined => {
  const builder = createGraphBuilder(PREFIX)
  const links = linksOf(branch.nodes)
  const own = appendOwnAttention(links, shape, builder)
  const cross = readPackedCross(links, shape, builder)
  if (own === undefined || cross === undefined) return undefined
  const instead = new Map<GraphNode, readonly GraphNode[]>([...own.instead, ...cross])
  const outputs = [...branch.outputs.filter(({ name }) => !name.startsWith('present.')), ...own.outputs]
  return {
    nodes: neededNodes(
      branch.nodes.flatMap((node) => instead.get(node) ?? [node]),
      outputs,
    ),
    inputs: [...own.inputs, ...packedValues('input', shape)],
    outputs,
    constants: [...branch.constants, ...builder.constants],
  }
}

/** The branch as a model of its own: what it reads of the graph around it comes along, and nothing else. */
const writeBranch = (graph: ModelGraph, branch: GraphParts): Uint8Array => {
  const nodes = neededNodes(branch.nodes, branch.outputs)
  const read = new Set(nodes.flatMap((node) => node.inputs))
  const isRead = ({ name }: Named): boolean => read.has(name)
  return graph.writeParts({
    nodes,
    inputs: [...graph.inputs.filter(isRead), ...branch.inputs],
    outputs: branch.outputs,
    constants: [...branch.constants, ...graph.constants].filter(isRead),
  })
}
