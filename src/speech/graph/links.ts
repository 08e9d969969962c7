/** Who makes a value of a graph, and who reads it. */
import { integersOf, type GraphNode, type Named } from './model-graph.ts'

export interface Links {
  /** The node that makes input `input` of `node`, if it is of this operator. */
  before(node: GraphNode | undefined, input: number, operator: string): GraphNode | undefined
  /** The only reader of what `node` makes, if it is of this operator. */
  after(node: GraphNode | undefined, operator: string): GraphNode | undefined
  makerOf(name: string): GraphNode | undefined
  readersOf(name: string): readonly GraphNode[]
}

export const linksOf = (nodes: readonly GraphNode[]): Links => {
  const maker = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))
  const users = new Map<string, GraphNode[]>()
  for (const node of nodes) {
    for (const name of new Set(node.inputs)) users.set(name, [...(users.get(name) ?? []), node])
  }
  const readersOf = (name: string): readonly GraphNode[] => users.get(name) ?? []
  return {
    makerOf: (name) => maker.get(name),
    readersOf,
    before: (node, input, operator) => {
      const found = maker.get(node?.inputs[input] ?? '')
      return found?.operator === operator ? found : undefined
    },
    after: (node, operator) => {
      const readers = readersOf(node?.outputs[0] ?? '')
      return readers.length === 1 && readers[0]?.operator === operator ? readers[0] : undefined
    },
  }
}

export const isTranspose = (node: GraphNode | undefined, order: string): boolean =>
  node?.operator === 'Transpose' && integersOf(node, 'perm')?.join() === order

/** What the outputs hang on; nodes stand after what they read. */
export const neededNodes = (nodes: readonly GraphNode[], outputs: readonly Named[]): GraphNode[] => {
  const needed = new Set(outputs.map(({ name }) => name))
  const kept = nodes.toReversed().filter((node) => {
    const isNeeded = node.outputs.some((name) => needed.has(name))
    if (isNeeded) for (const name of node.inputs) needed.add(name)
    return isNeeded
  })
  return kept.reverse()
}
