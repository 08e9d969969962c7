/**
 * Protocol buffers on the wire, as far as a model file needs them: a message is a list of fields in order, and what is not
 * looked into stays the bytes it was. It knows no ONNX.
 */

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

export interface Field {
  readonly number: number
  /** The content of a string, bytes or message; `undefined` for a number. */
  readonly content: Uint8Array | undefined
  /** Tag, length and content as they stand in the file; several parts spare copying large contents. */
  readonly written: readonly Uint8Array[]
}

/** The message's fields, in order; the parts are views of `bytes`. Fails on anything malformed. */
export const readFields = (bytes: Uint8Array): Field[] => {
  const fields: Field[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]
      if (byte === undefined || scale > 2 ** 63) throw new Error('A number in the model file is malformed')
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const from = at
    const tag = varint()
    const wire = tag % 8
    const length = wire === LENGTH ? varint() : wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : 0
    if (wire === VARINT) varint()
    else if (wire !== LENGTH && wire !== FIXED64 && wire !== FIXED32) throw new Error('The model file is malformed')
    const start = at
    at += length
    if (at > bytes.length) throw new Error('The model file is cut off')
    const content = wire === LENGTH ? bytes.subarray(start, at) : undefined
    fields.push({ number: Math.floor(tag / 8), content, written: [bytes.subarray(from, at)] })
  }
  return fields
}

const writeVarint = (value: number): number[] => {
  const bytes: number[] = []
  let left = value
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) | 128)
  return [...bytes, left]
}

export const messageField = (number: number, fields: readonly Field[]): Field => {
  const parts = fields.flatMap((field) => field.written)
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = Uint8Array.from([...writeVarint(number * 8 + LENGTH), ...writeVarint(length)])
  return { number, content: undefined, written: [head, ...parts] }
}

export const textField = (number: number, text: string): Field => bytesField(number, new TextEncoder().encode(text))

export const bytesField = (number: number, content: Uint8Array): Field => {
  const head = Uint8Array.from([...writeVarint(number * 8 + LENGTH), ...writeVarint(content.length)])
  return { number, content, written: [head, content] }
}

export const integerField = (number: number, value: number): Field => ({
  number,
  content: undefined,
  written: [Uint8Array.from([...writeVarint(number * 8 + VARINT), ...writeVarint(value)])],
})

export const floatField = (number: number, value: number): Field => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return { number, content: undefined, written: [Uint8Array.from(writeVarint(number * 8 + FIXED32)), bytes] }
}

export const joinFields = (fields: readonly Field[]): Uint8Array =>
  new Uint8Array(Buffer.concat(fields.flatMap((field) => field.written)))
