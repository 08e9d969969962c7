/** The nodes of an ONNX model, read and written without touching its weights. */
import { integerField, joinFields, messageField, readFields, textField, type Field } from './protobuf.ts'

/** Field numbers of onnx.proto. */
const MODEL = { graph: 7, opsets: 8 } as const
const GRAPH = { node: 1, output: 12 } as const
export const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 } as const
const ATTRIBUTE = { name: 1, graph: 6, integers: 8 } as const
const NAMED = { name: 1 } as const
const OPSET = { domain: 1, version: 2 } as const
/** ONNX Runtime's own operators. */
export const RUNTIME_DOMAIN = 'com.microsoft'

export interface GraphNode {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly field: Field
}

export interface ModelGraph {
  readonly nodes: readonly GraphNode[]
  readonly outputs: readonly string[]
  /** The model with these nodes in place of its own. */
  write(nodes: readonly GraphNode[]): Uint8Array
}

const decoder = new TextDecoder()
const texts = (fields: readonly Field[], number: number): string[] =>
  fields.filter((field) => field.number === number).map((field) => decoder.decode(field.content))

export const toNode = (field: Field): GraphNode => {
  const fields = readFields(field.content ?? new Uint8Array(0))
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

/** A list of small whole numbers, e.g. `perm`; `undefined` when the node has no such attribute. */
export const integersOf = (node: GraphNode, attribute: string): number[] | undefined => {
  for (const field of readFields(node.field.content ?? new Uint8Array(0))) {
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
export const holdsGraph = (node: GraphNode): boolean =>
  readFields(node.field.content ?? new Uint8Array(0)).some(
    (field) =>
      field.number === NODE.attribute &&
      readFields(field.content ?? new Uint8Array(0)).some((each) => each.number === ATTRIBUTE.graph),
  )

export const readModelGraph = (bytes: Uint8Array): ModelGraph => {
  const model = readFields(bytes)
  const graph = readFields(model.find((field) => field.number === MODEL.graph)?.content ?? new Uint8Array(0))
  const others = graph.filter((field) => field.number !== GRAPH.node)
  const knowsRuntime = model.some(
    (field) =>
      field.number === MODEL.opsets &&
      texts(readFields(field.content ?? new Uint8Array(0)), OPSET.domain)[0] === RUNTIME_DOMAIN,
  )
  const opset = messageField(MODEL.opsets, [textField(OPSET.domain, RUNTIME_DOMAIN), integerField(OPSET.version, 1)])
  return {
    nodes: graph.filter((field) => field.number === GRAPH.node).map(toNode),
    outputs: others
      .filter((field) => field.number === GRAPH.output)
      .flatMap((field) => texts(readFields(field.content ?? new Uint8Array(0)), NAMED.name)),
    write: (nodes) =>
      joinFields([
        ...model.filter((field) => field.number !== MODEL.graph),
        ...(knowsRuntime ? [] : [opset]),
        messageField(MODEL.graph, [...nodes.map((node) => node.field), ...others]),
      ]),
  }
}
