/** New nodes and constants for a graph, written in the order in which they compute. */
import { makeNamed, makeNode, NODE, type GraphNode, type Named, type RUNTIME_DOMAIN } from './model-graph.ts'
import { bytesField, floatField, integerField, messageField, textField, type Field } from './protobuf.ts'

/** Types of elements by their numbers in onnx.proto. */
export const ELEMENT = { float: 1, uint8: 2, int8: 3, int64: 7 } as const
export type ElementType = keyof typeof ELEMENT

/** Whole numbers and lists of them are not negative; others are written as fractions. */
export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>

export interface GraphBuilder {
  /** Adds a node with one output and returns the output's name: `output`, or one of its own. */
  add(operator: string, inputs: readonly string[], attributes?: Attributes, output?: string): string
  /** A constant, written once however often it is asked for. */
  constant(type: ElementType, values: readonly number[], isList?: boolean): string
  readonly nodes: readonly GraphNode[]
  readonly constants: readonly Named[]
}

const ATTRIBUTE_TYPE = { float: 1, integer: 2, integers: 7 } as const

export const attribute = (name: string, value: Attributes[string]): Field => {
  const [fields, type] =
    typeof value === 'number'
      ? [[integerField(3, value)], ATTRIBUTE_TYPE.integer]
      : 'float' in value
        ? [[floatField(2, value.float)], ATTRIBUTE_TYPE.float]
        : [value.map((each) => integerField(8, each)), ATTRIBUTE_TYPE.integers]
  return messageField(NODE.attribute, [textField(1, name), ...fields, integerField(20, type)])
}

/** A node of ONNX, or of the runtime's own operators. */
export const nodeOf = (
  node: Omit<GraphNode, 'field'>,
  attributes: Attributes = {},
  domain?: typeof RUNTIME_DOMAIN,
): GraphNode =>
  makeNode(node, [
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    ...(domain === undefined ? [] : [textField(NODE.domain, domain)]),
  ])

/** Names begin with `prefix`, which no other name in the graph does. */
export const createGraphBuilder = (prefix: string): GraphBuilder => {
  const nodes: GraphNode[] = []
  const constants = new Map<string, Named>()
  return {
    nodes,
    get constants() {
      return [...constants.values()]
    },
    add: (operator, inputs, attributes = {}, output = `${prefix}${operator}.${nodes.length}`) => {
      nodes.push(nodeOf({ operator, inputs, outputs: [output] }, attributes))
      return output
    },
    constant: (type, values, isList = false) => {
      const name = `${prefix}${type}${isList ? 's' : ''}.${values.join('.')}`
      if (!constants.has(name)) constants.set(name, constantOf(name, type, values, isList))
      return name
    },
  }
}

const rawOf = (type: ElementType, values: readonly number[]): Uint8Array => {
  if (type === 'float') return new Uint8Array(Float32Array.from(values).buffer)
  if (type === 'int64') return new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
  return Uint8Array.from(values)
}

/** A list of one dimension, or a single number without any. */
const constantOf = (name: string, type: ElementType, values: readonly number[], isList: boolean): Named =>
  makeNamed('constant', name, [
    ...(isList ? [integerField(1, values.length)] : []),
    integerField(2, ELEMENT[type]),
    bytesField(9, rawOf(type, values)),
  ])

/** An input or output; a dimension is a number, or a name where it is free. */
export const valueOf = (
  kind: 'input' | 'output',
  name: string,
  type: ElementType,
  dimensions: readonly (number | string)[],
): Named => {
  const shape = dimensions.map((each) =>
    messageField(1, [typeof each === 'number' ? integerField(1, each) : textField(2, each)]),
  )
  const tensor = messageField(1, [integerField(1, ELEMENT[type]), messageField(2, shape)])
  return makeNamed(kind, name, [messageField(2, [tensor])])
}
