/** The nodes of an ONNX model, read and written without touching its weights. */
import { integerField, joinFields, messageField, readFields, textField, type Field } from './protobuf.ts'

/** Field numbers of onnx.proto. */
const MODEL = { graph: 7, opsets: 8 } as const
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const
export const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 } as const
const ATTRIBUTE = { name: 1, graph: 6, integers: 8 } as const
const NAMED = { input: 1, output: 1, initializer: 8 } as const
const OPSET = { domain: 1, version: 2 } as const
/** ONNX Runtime's own operators. */
export const RUNTIME_DOMAIN = 'com.microsoft'

export interface GraphNode {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly field: Field
}

/** An input, an output or a constant: what it is stays in the file's own words. */
export interface Named {
  readonly name: string
  readonly field: Field
}

export interface GraphParts {
  readonly nodes: readonly GraphNode[]
  readonly inputs: readonly Named[]
  readonly outputs: readonly Named[]
  readonly constants: readonly Named[]
}

export interface ModelGraph extends GraphParts {
  /** The model with these nodes in place of its own. */
  write(nodes: readonly GraphNode[]): Uint8Array
  /** A model of these parts alone, of the same operators' versions. */
  writeParts(parts: GraphParts): Uint8Array
}

const NOTHING = new Uint8Array(0)
const decoder = new TextDecoder()
const texts = (fields: readonly Field[], number: number): string[] =>
  fields.filter((field) => field.number === number).map((field) => decoder.decode(field.content))

export const toNode = (field: Field): GraphNode => {
  const fields = readFields(field.content ?? NOTHING)
  return {
    operator: texts(fields, NODE.operator)[0] ?? '',
    inputs: texts(fields, NODE.input),
    outputs: texts(fields, NODE.output),
    field,
  }
}

/** A node that is not in the file yet. */
export const makeNode = (node: Omit<GraphNode, 'field'>, rest: readonly Field[]): GraphNode => ({
  ...node,
  field: messageField(GRAPH.node, [
    ...node.inputs.map((name) => textField(NODE.input, name)),
    ...node.outputs.map((name) => textField(NODE.output, name)),
    textField(NODE.operator, node.operator),
    ...rest,
  ]),
})

export const makeNamed = (kind: 'input' | 'output' | 'constant', name: string, rest: readonly Field[]): Named => {
  const part = kind === 'constant' ? 'initializer' : kind
  return { name, field: messageField(GRAPH[part], [textField(NAMED[part], name), ...rest]) }
}

/** The number of the element type of an input or output that is a tensor. */
export const elementOf = ({ field }: Named): number | undefined => {
  const inside = (fields: readonly Field[], number: number): Field[] =>
    readFields(fields.find((each) => each.number === number)?.content ?? NOTHING)
  const tensor = inside(inside(readFields(field.content ?? NOTHING), 2), 1)
  return tensor.find((each) => each.number === 1)?.written[0]?.at(-1)
}

/** A list of small whole numbers, e.g. `perm`; `undefined` when the node has no such attribute. */
export const integersOf = (node: GraphNode, attribute: string): number[] | undefined => {
  for (const field of readFields(node.field.content ?? NOTHING)) {
    if (field.number !== NODE.attribute || field.content === undefined) continue
    const fields = readFields(field.content)
    if (texts(fields, ATTRIBUTE.name)[0] !== attribute) continue
    // One tag and one byte each, or packed: one byte each.
    return fields
      .filter((each) => each.number === ATTRIBUTE.integers)
      .flatMap((each) => (each.content === undefined ? [each.written[0]?.at(-1) ?? -1] : [...each.content]))
  }
  return undefined
}

/** Whether the node holds nodes of its own (If, Loop): they may read what nothing else does. */
export const holdsGraph = (node: GraphNode): boolean => graphsOf(node).size > 0

/** The graphs that a node holds, by attribute: `then_branch` and `else_branch` of an If. */
export const graphsOf = (node: GraphNode): ReadonlyMap<string, GraphParts> => {
  const found = new Map<string, GraphParts>()
  for (const field of readFields(node.field.content ?? NOTHING)) {
    if (field.number !== NODE.attribute) continue
    const fields = readFields(field.content ?? NOTHING)
    const graph = fields.find((each) => each.number === ATTRIBUTE.graph)
    if (graph !== undefined)
      found.set(texts(fields, ATTRIBUTE.name)[0] ?? '', partsOf(readFields(graph.content ?? NOTHING)))
  }
  return found
}

const partsOf = (graph: readonly Field[]): GraphParts => {
  const named = (kind: keyof typeof NAMED): Named[] =>
    graph
      .filter((field) => field.number === GRAPH[kind])
      .map((field) => ({ name: texts(readFields(field.content ?? NOTHING), NAMED[kind])[0] ?? '', field }))
  return {
    nodes: graph.filter((field) => field.number === GRAPH.node).map(toNode),
    inputs: named('input'),
    outputs: named('output'),
    constants: named('initializer'),
  }
}

export const readModelGraph = (bytes: Uint8Array): ModelGraph => {
  const model = readFields(bytes)
  const graph = readFields(model.find((field) => field.number === MODEL.graph)?.content ?? NOTHING)
  const knowsRuntime = model.some(
    (field) =>
      field.number === MODEL.opsets && texts(readFields(field.content ?? NOTHING), OPSET.domain)[0] === RUNTIME_DOMAIN,
  )
  const opset = messageField(MODEL.opsets, [textField(OPSET.domain, RUNTIME_DOMAIN), integerField(OPSET.version, 1)])
  const writeGraph = (fields: readonly Field[]): Uint8Array =>
    joinFields([
      ...model.filter((field) => field.number !== MODEL.graph),
      ...(knowsRuntime ? [] : [opset]),
      messageField(MODEL.graph, fields),
    ])
  return {
    ...partsOf(graph),
    write: (nodes) =>
      writeGraph([...nodes.map((node) => node.field), ...graph.filter((field) => field.number !== GRAPH.node)]),
    writeParts: ({ nodes, inputs, outputs, constants }) =>
      writeGraph([textField(2, 'part'), ...[...nodes, ...constants, ...inputs, ...outputs].map((each) => each.field)]),
  }
}
